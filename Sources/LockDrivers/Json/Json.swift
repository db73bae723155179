// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Any JSON, looked at piece by piece: what is not as expected is `nil`, never an error.
enum Json: Decodable, Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([Json])
    case object([String: Json])

    /// Nothing that a lock says is longer.
    private static let longest = 1 << 20

    /// `nil` for what is no JSON.
    init?(_ text: String) {
        guard text.utf8.count <= Self.longest, let value = try? JSONDecoder().decode(Json.self, from: Data(text.utf8)) else { return nil }
        self = value
    }

    init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        if box.decodeNil() {
            self = .null
        } else if let value = try? box.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? box.decode(Double.self) {
            self = .number(value)
        } else if let value = try? box.decode(String.self) {
            self = .text(value)
        } else if let value = try? box.decode([Json].self) {
            self = .list(value)
        } else {
            self = .object(try box.decode([String: Json].self))
        }
    }

    subscript(name: String) -> Json? { if case .object(let members) = self { members[name] } else { nil } }
    var members: [String: Json] { if case .object(let members) = self { members } else { [:] } }
    var elements: [Json] { if case .list(let elements) = self { elements } else { [] } }
    var string: String? { if case .text(let text) = self { text } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var integer: Int? {
        switch self {
        case .number(let value): Int(exactly: value.rounded())
        case .text(let text): Int(text)
        default: nil
        }
    }
}

/// JSON as it goes out: members in alphabetical order, so that two runs can be compared.
enum JsonText {
    static func of(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts, whole numbers and flags only: nothing of them can fail to encode.
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
