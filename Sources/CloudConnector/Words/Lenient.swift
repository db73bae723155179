// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One element of a list that may be broken without spoiling its neighbours.
struct Lossy<Value: Decodable & Sendable>: Decodable, Sendable {
    let value: Value?

    init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
}

/// A text that may also come as a number.
struct LooseText: Decodable, Sendable {
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self.text = text
        } else if let number = try? container.decode(Int.self) {
            text = String(number)
        } else {
            text = String(try container.decode(Double.self))
        }
    }
}

/// A whole number that may also come as `2.0` or `"2"`.
struct LooseInt: Decodable, Sendable {
    let number: Int

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
            self.number = number
        } else if let double = try? container.decode(Double.self), let number = Int(exactly: double) {
            self.number = number
        } else if let number = Int(try container.decode(String.self).trimmingCharacters(in: .whitespaces)) {
            self.number = number
        } else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a whole number")
        }
    }
}

/// An instant as ``UTCText`` reads it.
struct UTCDate: Decodable, Sendable {
    let date: Date

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let date = UTCText.parse(try container.decode(String.self).trimmingCharacters(in: .whitespaces)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UTC time")
        }
        self.date = date
    }
}

extension KeyedDecodingContainer {
    /// What is there and readable; missing, null and unreadable are all `nil`.
    func lenient<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? { try? decodeIfPresent(type, forKey: key) }
}
