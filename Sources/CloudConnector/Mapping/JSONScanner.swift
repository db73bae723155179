// SPDX-License-Identifier: Apache-2.0

/// Strict JSON with positions, for short texts that people type. One mistake is forgiven, because an often copied manual prints it:
/// a comma inside the quotes, `"MobileKeys":"true," "EncoderKeys":"true"`.
struct JSONScanner {
    enum Value: Sendable, Hashable {
        case text(String)
        case number(String)
        case flag(Bool)
        case null, list, object
    }

    /// Longest text that is looked at, in characters, and deepest nesting.
    static let longest = 8192
    static let deepest = 16

    private let characters: [Character]
    private var index = 0

    init(_ text: String) { characters = Array(text.prefix(Self.longest)) }

    /// The whole text as one object: its members by name. Nested ones are checked and not kept.
    mutating func object() throws(DataJSON.Mistake) -> [String: Value] {
        skipBlanks()
        if peek == "\u{FEFF}" { index += 1 }
        skipBlanks()
        guard peek == "{" else { throw mistake("{") }
        let members = try members(depth: 1)
        skipBlanks()
        guard peek == nil else { throw mistake("the end") }
        return members
    }

    private mutating func members(depth: Int) throws(DataJSON.Mistake) -> [String: Value] {
        guard depth <= Self.deepest else { throw mistake("less nesting") }
        index += 1
        var members: [String: Value] = [:]
        skipBlanks()
        if accept("}") { return members }
        while true {
            skipBlanks()
            guard peek == "\"" else { throw mistake("\"") }
            let name = try string()
            skipBlanks()
            guard accept(":") else { throw mistake(":") }
            var value = try value(depth: depth)
            skipBlanks()
            if case .text(let text) = value, peek == "\"", ["true,", "false,"].contains(text.lowercased()) {
                value = .text(String(text.dropLast()))
                members[name] = value
                continue
            }
            members[name] = value
            if accept("}") { return members }
            guard accept(",") else { throw mistake(", or }") }
        }
    }

    private mutating func list(depth: Int) throws(DataJSON.Mistake) {
        guard depth <= Self.deepest else { throw mistake("less nesting") }
        index += 1
        skipBlanks()
        if accept("]") { return }
        while true {
            _ = try value(depth: depth)
            skipBlanks()
            if accept("]") { return }
            guard accept(",") else { throw mistake(", or ]") }
        }
    }

    private mutating func value(depth: Int) throws(DataJSON.Mistake) -> Value {
        skipBlanks()
        switch peek {
        case "\"": return .text(try string())
        case "{":
            _ = try members(depth: depth + 1)
            return .object
        case "[":
            try list(depth: depth + 1)
            return .list
        case let character? where character == "-" || character.isASCIIDigit: return .number(try number())
        default:
            for (word, value) in [("true", Value.flag(true)), ("false", .flag(false)), ("null", .null)] where accept(word: word) {
                return value
            }
            throw mistake("a value")
        }
    }

    private mutating func string() throws(DataJSON.Mistake) -> String {
        index += 1
        var text = ""
        while let character = peek {
            switch character {
            case "\"":
                index += 1
                return text
            case "\\":
                index += 1
                text.append(try escape())
            case _ where character.unicodeScalars.contains { $0.value < 0x20 }:
                throw mistake("\" before the end of the line")
            default:
                text.append(character)
                index += 1
            }
        }
        throw mistake("\"")
    }

    private mutating func escape() throws(DataJSON.Mistake) -> Character {
        let plain: [Character: Character] = [
            "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
        ]
        guard let character = peek else { throw mistake("\"") }
        if let meant = plain[character] {
            index += 1
            return meant
        }
        guard accept("u") else { throw mistake("one of \"\\/bfnrtu behind the backslash") }
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = peek?.hexDigitValue else { throw mistake("four hexadecimal digits") }
            code = code * 16 + UInt32(digit)
            index += 1
        }
        // Halves of a surrogate pair have no place in the few words that are looked for here.
        return Unicode.Scalar(code).map { Character($0) } ?? "\u{FFFD}"
    }

    private mutating func number() throws(DataJSON.Mistake) -> String {
        let start = index
        _ = accept("-")
        if accept("0") {
            if peek?.isASCIIDigit == true { throw mistake("no digit behind a leading 0") }
        } else {
            try digits()
        }
        if accept(".") { try digits() }
        if accept("e") || accept("E") {
            if !accept("+") { _ = accept("-") }
            try digits()
        }
        return String(characters[start..<index])
    }

    private mutating func digits() throws(DataJSON.Mistake) {
        guard peek?.isASCIIDigit == true else { throw mistake("a digit") }
        while peek?.isASCIIDigit == true { index += 1 }
    }

    private var peek: Character? { index < characters.count ? characters[index] : nil }

    private mutating func accept(_ character: Character) -> Bool {
        guard peek == character else { return false }
        index += 1
        return true
    }

    private mutating func accept(word: String) -> Bool {
        guard characters[index...].starts(with: word) else { return false }
        index += word.count
        return true
    }

    private mutating func skipBlanks() {
        while let character = peek, [" ", "\t", "\n", "\r", "\r\n"].contains(character) { index += 1 }
    }

    private func mistake(_ expected: String) -> DataJSON.Mistake {
        let before = characters[..<index]
        let lastBreak = before.lastIndex(where: \.isNewline)
        return DataJSON.Mistake(
            line: before.count(where: \.isNewline) + 1,
            column: index - (lastBreak.map { $0 + 1 } ?? 0) + 1,
            expected: expected)
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) && isASCII }
}
