// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// The JSON of every command and of the HTTP endpoint: UTC times with a Z, slashes as they are.
package enum JSONText {
    package static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return escaped(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// The same JSON with characters that no terminal should see as `\\u` and four digits; they stand inside of texts only.
    package static func escaped(_ json: String) -> String {
        guard PlainText.clean(json, keepingLines: true) != json else { return json }
        var text = ""
        for scalar in json.unicodeScalars {
            let one = String(Character(scalar))
            if scalar == "\n" || PlainText.clean(one) == one {
                text.unicodeScalars.append(scalar)
            } else {
                for unit in one.utf16 {
                    text += "\\u" + String(repeating: "0", count: 4 - String(unit, radix: 16).count) + String(unit, radix: 16)
                }
            }
        }
        return text
    }

    package static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            if let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) { return date }
            return try Date(text, strategy: .iso8601)
        }
        return try decoder.decode(type, from: data)
    }
}
