// SPDX-License-Identifier: Apache-2.0

/// A message body that is a row of fields with a separator among them: `|CN|1|E|101|`, `0100A|R101`, `CCA;EA1;`.
public struct SeparatedFields: Sendable, Hashable {
    /// The byte of the Industry Standard messages, a bar in the old PC character set.
    public static let bar: UInt8 = 0xB3

    /// Where the separators stand.
    public enum Place: String, Sendable, Hashable, CaseIterable {
        /// Before, between and behind the fields.
        case around
        /// Between them only.
        case between
        /// Behind each field.
        case behind
    }

    public var fields: [[UInt8]]
    public var separator: UInt8
    public var place: Place

    /// Fields of printable ASCII. `nil` if a character is anything else: it could be a separator or the end of the frame,
    /// and the message would mean something else.
    public init?(_ texts: [String], separator: UInt8 = Self.bar, place: Place = .around) {
        guard texts.allSatisfy({ $0.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != separator } }) else { return nil }
        fields = texts.map { Array($0.utf8) }
        self.separator = separator
        self.place = place
    }

    /// Fields as bytes, what stands in them included; `nil` if a byte could be a separator or the end of the frame.
    public init?(bytes: [[UInt8]], separator: UInt8 = Self.bar, place: Place = .around) {
        guard bytes.allSatisfy({ $0.allSatisfy { Self.isPrintable($0) && $0 != separator } }) else { return nil }
        fields = bytes
        self.separator = separator
        self.place = place
    }

    /// Neither a control character nor 7F.
    public static func isPrintable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F }

    /// Reads a body; `nil` if it does not begin as its place says. The last separator may be missing.
    public init?(body: [UInt8], separator: UInt8 = Self.bar, place: Place = .around) {
        var inner = body[...]
        if place == .around {
            guard inner.first == separator else { return nil }
            inner = inner.dropFirst()
        }
        if place != .between, inner.last == separator { inner = inner.dropLast() }
        fields = inner.split(separator: separator, omittingEmptySubsequences: false).map { Array($0) }
        self.separator = separator
        self.place = place
    }

    public var body: [UInt8] {
        switch place {
        case .around: [separator] + fields.flatMap { $0 + [separator] }
        case .behind: fields.flatMap { $0 + [separator] }
        case .between: Array(fields.joined(separator: [separator]))
        }
    }

    /// A field as text, without blanks around it; `nil` if the row is shorter. What is not printable ASCII becomes `?`.
    public subscript(_ index: Int) -> String? {
        fields.indices.contains(index) ? Self.text(fields[index]) : nil
    }

    /// A field as a name (``ByteText``), without blanks around it; `nil` if the row is shorter, or if it cannot be read as one.
    public func name(_ index: Int) -> String? {
        guard fields.indices.contains(index), fields[index].allSatisfy(Self.isPrintable) else { return nil }
        return ByteText.trimmed(ByteText.text(fields[index]))
    }

    public var count: Int { fields.count }

    /// Bytes as text, without blanks around it. What is not printable ASCII becomes `?`.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text = Substring(String(bytes.map { (0x20...0x7E).contains($0) ? Character(UnicodeScalar($0)) : "?" }))
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
