// SPDX-License-Identifier: Apache-2.0

/// A message body that is a row of fields with a separator before, between and behind them: `|CN|1|E|101|`.
public struct SeparatedFields: Sendable, Hashable {
    /// The byte of the Industry Standard messages, a bar in the old PC character set.
    public static let bar: UInt8 = 0xB3

    public var fields: [[UInt8]]
    public var separator: UInt8

    /// Fields of printable ASCII. `nil` if a character is anything else: it could be a separator or the end of the frame,
    /// and the message would mean something else.
    public init?(_ texts: [String], separator: UInt8 = Self.bar) {
        guard texts.allSatisfy({ $0.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != separator } }) else { return nil }
        fields = texts.map { Array($0.utf8) }
        self.separator = separator
    }

    /// Reads a body; `nil` if it does not begin with a separator. The last one may be missing.
    public init?(body: [UInt8], separator: UInt8 = Self.bar) {
        guard body.first == separator else { return nil }
        var inner = body.dropFirst()
        if inner.last == separator { inner = inner.dropLast() }
        fields = inner.split(separator: separator, omittingEmptySubsequences: false).map { Array($0) }
        self.separator = separator
    }

    public var body: [UInt8] {
        [separator] + fields.flatMap { $0 + [separator] }
    }

    /// A field as text, without blanks around it; `nil` if the row is shorter. What is not printable ASCII becomes `?`.
    public subscript(_ index: Int) -> String? {
        guard fields.indices.contains(index) else { return nil }
        let characters = fields[index].map { (0x20...0x7E).contains($0) ? Character(UnicodeScalar($0)) : "?" }
        var text = Substring(String(characters))
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    public var count: Int { fields.count }
}
