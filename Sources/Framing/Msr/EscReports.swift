// SPDX-License-Identifier: Apache-2.0

/// The packets of an MSR605X: 64 bytes, of which the first says how many of the others count (0 to 63) and whether the packet is
/// the first (80) and the last (40) of a message. What stands behind that many is left from earlier packets and never looked at.
public struct EscReports: Sendable {
    public static let length = 64
    static let first: UInt8 = 0x80
    static let last: UInt8 = 0x40
    /// Three raw tracks of 255 bytes with their marks need 783.
    static let longestMessage = 1024

    /// Bytes of a report that is not all there yet.
    private var report: [UInt8] = []
    /// What has come of a message whose last packet is still to come.
    private var message: [UInt8]?
    /// Bytes that belonged to no message.
    private(set) var discarded = 0

    public init() {}

    /// The packets for some bytes, one after the other, filled up with zeros.
    public static func wrap(_ bytes: [UInt8]) -> [UInt8] {
        var packets: [UInt8] = []
        var start = 0
        repeat {
            let piece = bytes[start..<min(bytes.count, start + length - 1)]
            let header = (start == 0 ? first : 0) | (piece.endIndex == bytes.count ? last : 0) | UInt8(piece.count)
            packets += [header] + piece + [UInt8](repeating: 0, count: length - 1 - piece.count)
            start = piece.endIndex
        } while start < bytes.count
        return packets
    }

    /// The messages that are complete with these bytes. A port gives whole reports; pieces of them are put together.
    public mutating func receive(_ bytes: [UInt8]) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Self.length - report.count)
            report += piece
            rest = rest.dropFirst(piece.count)
            if report.count == Self.length {
                if let complete = take(report) { messages.append(complete) }
                report.removeAll(keepingCapacity: true)
            }
        }
        return messages
    }

    /// Something has begun that is not complete.
    var isIncomplete: Bool { !report.isEmpty || message != nil }
    var pendingBytes: Int { report.count + (message?.count ?? 0) }

    mutating func forget() {
        discarded += pendingBytes
        report.removeAll()
        message = nil
    }

    private mutating func take(_ report: [UInt8]) -> [UInt8]? {
        let header = report[0]
        let content = report[1...].prefix(Int(header & 0x3F))
        if header & Self.first != 0 {
            // One that was under way has broken off.
            discarded += message?.count ?? 0
            message = []
        }
        guard let begun = message else {
            discarded += content.count
            return nil
        }
        guard begun.count + content.count <= Self.longestMessage else {
            discarded += begun.count + content.count
            message = nil
            return nil
        }
        let joined = begun + content
        if header & Self.last == 0 {
            message = joined
            return nil
        }
        message = nil
        return joined
    }
}
