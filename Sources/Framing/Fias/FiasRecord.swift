// SPDX-License-Identifier: Apache-2.0

/// One record of FIAS, the interface of hotel systems to lock systems: two letters and fields, `KR|KC01|RN101|`.
///
/// Values are kept as they came, a scalar from U+0020 to U+00FF a byte: what is echoed (KC, WS) goes back byte for byte.
/// Source: the public FIAS text of 2001 (version 1.50).
public struct FiasRecord: Sendable, Hashable {
    /// One field: a tag of two characters and its value, which may be empty.
    public struct Field: Sendable, Hashable {
        public var tag: String
        public var value: String
        public init(_ tag: String, _ value: String) {
            self.tag = tag
            self.value = value
        }
    }

    /// `LS`, `KR`, `KA` ...
    public var kind: String
    /// In the order of the record; the order means nothing.
    public var fields: [Field]

    public init(_ kind: String, _ fields: [Field] = []) {
        self.kind = kind
        self.fields = fields
    }

    /// The first value of a tag; `nil` where the record does not have it.
    public subscript(_ tag: String) -> String? { fields.first { $0.tag == tag }?.value }

    /// The same record with one more field; without one for `nil`.
    public func adding(_ tag: String, _ value: String?) -> FiasRecord {
        guard let value else { return self }
        return FiasRecord(kind, fields + [Field(tag, value)])
    }

    /// Only the fields that these tags name. What a partner has not asked for is not sent to it.
    public func keeping(_ tags: Set<String>) -> FiasRecord { FiasRecord(kind, fields.filter { tags.contains($0.tag) }) }

    /// The fields without what concerns a guest or a card, for logs: `KR KC01 WSEB17 KTN`.
    public var redacted: String {
        ([kind] + fields.filter { Self.harmless.contains($0.tag) }.map { $0.tag + $0.value.filter(\.isASCII) }).joined(separator: " ")
    }

    private static let harmless: Set<String> = ["KC", "WS", "KT", "AS", "IF", "V#", "RI", "FL", "K#", "RT"]
}

extension FiasRecord {
    private static let bar = UInt8(ascii: "|")

    /// The bytes between STX and ETX. What cannot stand in a value (control characters, the bar, letters beyond U+00FF) becomes a blank
    /// or a question mark; whoever sends names of rooms refuses them before.
    var body: [UInt8] {
        var bytes = Array(kind.utf8) + [Self.bar]
        for field in fields {
            bytes += Array(field.tag.utf8)
            bytes += field.value.unicodeScalars.map { scalar in
                switch scalar.value {
                case 0x7C, 0..<0x20, 0x7F: UInt8(ascii: " ")
                case 0x20...0xFF: UInt8(scalar.value)
                default: UInt8(ascii: "?")
                }
            }
            bytes.append(Self.bar)
        }
        return bytes
    }

    /// Reads what stood between STX and ETX; `nil` where that is no record. Fields too short to have a tag are passed over, and so is
    /// a missing bar at the end.
    init?(body: some Collection<UInt8>) {
        let parts = body.split(separator: Self.bar, omittingEmptySubsequences: false)
        guard let first = parts.first, first.count == 2, first.allSatisfy(Self.isLetterOrDigit) else { return nil }
        kind = String(decoding: first, as: UTF8.self)
        fields = parts.dropFirst().compactMap { part in
            guard part.count >= 2, part.prefix(2).allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
            return Field(String(decoding: part.prefix(2), as: UTF8.self), ByteText.text(part.dropFirst(2)))
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
