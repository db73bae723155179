// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// A template cut into what stands inside and outside braces.
enum TemplateText {
    /// Longer templates are no card's.
    static let longest = 4_096

    enum Piece: Sendable, Hashable {
        /// Characters, in a text; bytes from hex digits and quoted characters, elsewhere.
        case constant([UInt8])
        case braces(FieldWords)
    }

    struct Objection: Error, Hashable {
        let text: String
        init(_ text: String) { self.text = text }
    }

    static func pieces(of template: String, isText: Bool) throws(Objection) -> [Piece] {
        guard template.utf8.count <= longest else { throw Objection("a template has at most \(longest) characters") }
        var pieces: [Piece] = []
        var rest = Substring(template)
        while !rest.isEmpty {
            if rest.first == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    throw Objection("a brace is opened and not closed: write } behind the field")
                }
                pieces.append(.braces(try FieldWords(rest[rest.index(after: rest.startIndex)..<end])))
                rest = rest[rest.index(after: end)...]
                continue
            }
            let outside = rest.prefix { $0 != "{" }
            rest = rest[outside.endIndex...]
            if outside.contains("}") { throw Objection("a brace is closed that was not opened") }
            let bytes = isText ? try characters(outside) : try bytes(outside)
            if !bytes.isEmpty { pieces.append(.constant(bytes)) }
        }
        return pieces
    }

    static func characters(_ text: some StringProtocol) throws(Objection) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw Objection("write plain letters, digits and signs only outside the braces")
        }
        return bytes
    }

    /// Pairs of hex digits, with white space between as one likes, and characters in single quotes.
    private static func bytes(_ text: Substring) throws(Objection) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, part) in text.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
            if index.isMultiple(of: 2) {
                for word in part.split(whereSeparator: \.isWhitespace) {
                    guard let found = HexText.decode(String(word)) else {
                        throw Objection("outside the braces write bytes as pairs of hex digits (A1 00), or characters in single quotes")
                    }
                    bytes += found
                }
            } else {
                bytes += try characters(part)
            }
        }
        guard !text.count(where: { $0 == "'" }).isMultiple(of: 2) else { return bytes }
        throw Objection("a single quote is opened and not closed")
    }
}

/// The words between two braces: `until as=YYMMDD zone=utc`, perhaps with a label before them: `end: until as=YYMMDD`.
struct FieldWords: Sendable, Hashable {
    var label: String?
    var name: String
    /// Words without a value have an empty one.
    private var options: [String: String] = [:]
    private var order: [String] = []

    init(_ text: Substring) throws(TemplateText.Objection) {
        var words: [String] = []
        var word: String?
        var quoted = false
        for letter in text {
            if letter == "'" {
                quoted.toggle()
                word = word ?? ""
            } else if letter.isWhitespace, !quoted {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(letter)
            }
        }
        if quoted { throw TemplateText.Objection("a single quote is opened and not closed in {\(text)}") }
        if let word { words.append(word) }
        if let first = words.first, first.hasSuffix(":") {
            let label = String(first.dropLast())
            guard !label.isEmpty, label.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }), label != "before" else {
                throw TemplateText.Objection("name a part with letters and digits, as in {end: until}")
            }
            self.label = label
            words.removeFirst()
        }
        guard let name = words.first else { throw TemplateText.Objection("there is nothing between two braces: write a field") }
        self.name = name
        for option in words.dropFirst() {
            let sign = option.firstIndex(of: "=")
            let key = String(option[..<(sign ?? option.endIndex)])
            guard options[key] == nil else { throw TemplateText.Objection("{\(name)} has '\(key)' twice") }
            options[key] = sign.map { String(option[option.index(after: $0)...]) } ?? ""
            order.append(key)
        }
    }

    /// A word without a value, which then counts as read.
    mutating func takeFlag(_ key: String) throws(TemplateText.Objection) -> Bool {
        guard let value = take(key) else { return false }
        guard value.isEmpty else { throw TemplateText.Objection("{\(name)}: '\(key)' stands alone, without =\(value)") }
        return true
    }

    /// The value of `key=`, which then counts as read.
    mutating func take(_ key: String) -> String? {
        order.removeAll { $0 == key }
        return options.removeValue(forKey: key)
    }

    mutating func takeNumber(_ key: String, _ range: ClosedRange<Int>) throws(TemplateText.Objection) -> Int? {
        guard let text = take(key) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw TemplateText.Objection(
                "{\(name)}: '\(key)' needs a number from \(range.lowerBound) to \(range.upperBound), as in \(key)=\(range.lowerBound)")
        }
        return number
    }

    mutating func takeChoice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, _: Choice.Type
    ) throws(TemplateText.Objection) -> Choice? {
        guard let text = take(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw TemplateText.Objection("{\(name)}: '\(key)' is one of \(words)")
        }
        return choice
    }

    /// What no rule has read.
    func refuseRest() throws(TemplateText.Objection) {
        if let stranger = order.first { throw TemplateText.Objection("{\(name)} takes no '\(stranger)' here") }
    }
}
