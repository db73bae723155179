// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The stable name a site gave an encoder, for example `front-desk`. It is the name of the encoder everywhere.
public struct EncoderName: Hashable, Sendable, Codable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let text: String
    public init(_ text: String) { self.text = text }
    public init(stringLiteral value: String) { text = value }
    public init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
    public var description: String { text }
    public static func < (a: EncoderName, b: EncoderName) -> Bool { a.text < b.text }
}

/// The bridge's own id of a job: a UUID in lower case.
public struct JobID: Hashable, Sendable, Codable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let text: String
    public init(_ text: String) { self.text = text }
    public init(stringLiteral value: String) { text = value }
    public init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
    public var description: String { text }

    /// A UUID of version 4. Made of the kernel's random numbers by system call: `UUID()` opens a file for them, and gives zeros when the
    /// process has no descriptor left.
    public static func random() -> JobID {
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = HexText.encode(bytes).lowercased()
        let ends = [8, 12, 16, 20, 32]
        var parts: [Substring] = []
        var rest = hex[...]
        for end in ends {
            let length = end - (hex.count - rest.count)
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return JobID(parts.joined(separator: "-"))
    }
}
