// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One frame on the line of an encoder, as a technician may see it: when, which way, of what kind and how long. What stands in it of a card,
/// a guest or a door is not here and cannot be.
public struct LineFrame: Sendable, Codable, Hashable {
    public enum Direction: String, Sendable, Codable, CaseIterable { case sent, received }

    /// The kind of bytes that belong to no frame.
    public static let noise = "no frame"

    public var at: Date
    /// Seen from the bridge.
    public var direction: Direction
    /// `ENQ`, `ACK`, `CN`, `message`, ``noise``; of a frame with a wrong check, what is wrong with it.
    public var kind: String
    /// On the line, with all that is around what it says.
    public var bytes: Int

    public init(at: Date, direction: Direction, kind: String, bytes: Int) {
        self.at = at
        self.direction = direction
        self.kind = kind
        self.bytes = bytes
    }
}
