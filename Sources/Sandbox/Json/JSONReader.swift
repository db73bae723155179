// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Reads JSON as RFC 8259 has it and nothing else. Written out because Foundation's decoder lets a trailing comma pass, which the real
/// API refuses. Works on bytes, without recursion deeper than `maximumDepth`.
struct JSONReader {
    private static let maximumDepth = 64

    private let bytes: [UInt8]
    private var at = 0

    /// The one value that the bytes hold, or nil.
    static func value(of data: Data) -> JSONValue? {
        guard String(validating: data, as: UTF8.self) != nil else { return nil }
        var reader = JSONReader(bytes: Array(data))
        reader.skipSpace()
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipSpace()
        return reader.at == reader.bytes.count ? value : nil
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard next == character.asciiValue else { return false }
        at += 1
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard bytes[at...].starts(with: word.utf8) else { return false }
        at += word.utf8.count
        return true
    }

    private mutating func value(depth: Int) -> JSONValue? {
        guard depth < Self.maximumDepth, let byte = next else { return nil }
        switch Character(UnicodeScalar(byte)) {
        case "{": return object(depth: depth)
        case "[": return array(depth: depth)
        case "\"": return string().map(JSONValue.string)
        case "t": return takeWord("true") ? .bool(true) : nil
        case "f": return takeWord("false") ? .bool(false) : nil
        case "n": return takeWord("null") ? .null : nil
        default: return number()
        }
    }

    private mutating func object(depth: Int) -> JSONValue? {
        at += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard next == 0x22, let name = string() else { return nil }
            skipSpace()
            guard take(":") else { return nil }
            skipSpace()
            // A name that comes twice is refused: which of the two counts would be a guess.
            guard let value = value(depth: depth + 1), members.updateValue(value, forKey: name) == nil else { return nil }
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { return nil }
        }
    }

    private mutating func array(depth: Int) -> JSONValue? {
        at += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(elements) }
        while true {
            skipSpace()
            guard let value = value(depth: depth + 1) else { return nil }
            elements.append(value)
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { return nil }
        }
    }

    private mutating func string() -> String? {
        at += 1
        var text: [UInt8] = []
        while let byte = next {
            at += 1
            switch byte {
            case 0x22: return String(validating: text, as: UTF8.self)
            case 0x5C:
                guard let scalar = escape() else { return nil }
                text.append(contentsOf: String(Character(scalar)).utf8)
            case ..<0x20: return nil
            default: text.append(byte)
            }
        }
        return nil
    }

    /// What follows a backslash; the two halves of a pair belong together.
    private mutating func escape() -> UnicodeScalar? {
        guard let byte = next else { return nil }
        at += 1
        switch Character(UnicodeScalar(byte)) {
        case "\"", "\\", "/": return UnicodeScalar(byte)
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u":
            guard let unit = hexadecimal() else { return nil }
            guard (0xD800..<0xDC00).contains(unit) else { return UnicodeScalar(unit) }
            guard take("\\"), take("u"), let second = hexadecimal(), (0xDC00..<0xE000).contains(second) else { return nil }
            return UnicodeScalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
        default: return nil
        }
    }

    private mutating func hexadecimal() -> UInt32? {
        guard at + 4 <= bytes.count else { return nil }
        let digits = bytes[at..<at + 4]
        guard digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else { return nil }
        at += 4
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private mutating func number() -> JSONValue? {
        let start = at
        _ = take("-")
        if !take("0") { guard skipDigits() else { return nil } }
        var isWhole = true
        if take(".") {
            isWhole = false
            guard skipDigits() else { return nil }
        }
        if take("e") || take("E") {
            isWhole = false
            if !take("+") { _ = take("-") }
            guard skipDigits() else { return nil }
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if isWhole, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { return nil }
        return .number(value)
    }

    private mutating func skipDigits() -> Bool {
        let start = at
        while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
        return at > start
    }
}
