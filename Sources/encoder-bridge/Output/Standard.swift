// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// The JSON of every command and of the HTTP endpoint: UTC times with a Z, slashes as they are.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return escaped(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// The same JSON with characters that no terminal should see as `\\u` and four digits; they stand inside of texts only.
    static func escaped(_ json: String) -> String {
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

    static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            if let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) { return date }
            return try Date(text, strategy: .iso8601)
        }
        return try decoder.decode(type, from: data)
    }
}

/// Writes to standard output, by the one rule for what may be printed (``EncoderModel/PlainText``): every command's output comes through
/// here, whatever a device, a process or a file calls itself. Only our own colours pass.
func print(_ text: String, terminator: String = "\n") {
    Swift.print(Ink.cleaned(text), terminator: terminator)
}

/// Writes to standard error: what went wrong, never mixed with results.
func complain(_ sentence: String) {
    FileHandle.standardError.write(Data((PlainText.clean(sentence, keepingLines: true) + "\n").utf8))
}

/// Breaks a text at spaces so that it fits beside an indent on a terminal of 80 columns.
func wrapped(_ text: String, indent: Int, width: Int = 80) -> String {
    var lines: [String] = []
    var line = ""
    for whole in text.split(separator: " ") {
        // A word that fits in no line (a device's name in /dev/serial/by-id) is cut.
        var word = whole
        while word.count > width - indent, width > indent {
            if !line.isEmpty { lines.append(line) }
            line = ""
            lines.append(String(word.prefix(width - indent)))
            word = word.dropFirst(width - indent)
        }
        if !line.isEmpty, line.count + 1 + word.count > width - indent {
            lines.append(line)
            line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(line)
    return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
}

/// `3 s`, `12 min`, `5 h`, `2 days`.
func age(_ date: Date, now: Date = Date()) -> String {
    let seconds = max(0, Int(now.timeIntervalSince(date)))
    return switch seconds {
    case ..<90: "\(seconds) s"
    case ..<5400: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) days"
    }
}

extension String {
    /// Filled up with spaces; never cut.
    func padded(_ width: Int) -> String { count >= width ? self : self + String(repeating: " ", count: width - count) }
}
