// SPDX-License-Identifier: Apache-2.0

/// What a codec found in the bytes it was given.
public enum Decoded<Frame: Sendable & Equatable>: Sendable, Equatable {
    case frame(Frame)
    /// A frame that began well and ended badly (checksum, length). The text is for the trace: no card content.
    case damaged(String)
}

/// Bytes to frames and back for one protocol. Pure: no I/O, no clock, no `async`.
///
/// `receive` takes bytes as they come (whole frames, single bytes, several frames glued, noise); `next` gives what they
/// hold, one at a time, until it has nothing more. A codec never keeps more than its protocol's longest frame, and after
/// nonsense it drops **one** byte and looks again, so that a bad length cannot eat a good frame behind it.
public protocol FrameCodec: Sendable {
    associatedtype Frame: Sendable & Equatable
    /// The bytes that go out for a frame. A protocol whose replies cannot be read without knowing the question remembers it here.
    mutating func encode(_ frame: Frame) -> [UInt8]
    mutating func receive(_ bytes: [UInt8])
    mutating func next() -> Decoded<Frame>?
    /// Forgets what was received and not yet decoded, after a flush or a reopened port.
    mutating func reset()
    /// What kind of frame it is, in a word that tells nothing of a card, a guest or a door: what a technician may see of it.
    static func kind(of frame: Frame) -> String
    /// Bytes that wait for the rest of their frame.
    var pendingBytes: Int { get }
    /// Bytes that belonged to no frame since the codec was made; shown by `probe` and traces.
    var discardedBytes: Int { get }
    /// Not `nil` while what was received may be a whole frame that has no end mark: it is one when nothing follows for so long.
    var endedBySilence: Duration? { get }
    /// Nothing followed for ``endedBySilence``: ``next()`` may give the frame now.
    mutating func silence()
}

extension FrameCodec {
    public static func kind(of frame: Frame) -> String { "frame" }
    public var endedBySilence: Duration? { nil }
    public mutating func silence() {}
}
