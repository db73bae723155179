// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Framing

/// One family of encoders: its frames, its commands, its refusals. A manifest and three functions.
///
/// A driver never opens, reads, waits, sleeps or repeats: it hands ``Command``s to a ``Link``.
public protocol EncoderDriver: Sendable {
    associatedtype Codec: FrameCodec
    static var manifest: DriverManifest { get }

    /// Reads the `settings` of the configuration. Throws when a setting is unknown or wrong.
    init(settings: DriverSettings) throws(SettingsFault)

    /// How the line is set for this encoder: the manifest's, with what the site's settings change.
    var line: LineSettings { get }
    func makeCodec() -> Codec
    /// The most time a task may take once it has begun; the session's own guard behind every limit of the driver's.
    func timeLimit(for task: EncoderTask) -> Duration
    /// How long after an unanswered order the encoder may still answer it. Until then the session is on its guard.
    var lateAnswerWindow: Duration { get }
    /// Asks the encoder who it is, or at least whether it is there. Sends nothing that changes a card.
    func identify(on link: some Link<Codec.Frame>) async throws(Fault) -> EncoderIdentity
    /// Does one task. Reports each finished card through `progress` as soon as it is known.
    func perform(_ task: EncoderTask, on link: some Link<Codec.Frame>, progress: some TaskProgress) async throws(Fault) -> TaskResult
}

extension EncoderDriver {
    public var line: LineSettings { Self.manifest.line }
}

/// What an encoder is asked to do.
public enum EncoderTask: Sendable, Hashable {
    /// Make the keys of an order. Dates are read with the property's clock.
    case cut(KeyOrder, on: PropertyClock)
    /// Read the key that is put on the encoder.
    case read
    /// Tell a lock system that the guests of a room have left.
    case checkOut(lockID: String)
}

/// The hotel's clock: the time zone in which a lock reads dates.
public struct PropertyClock: Sendable, Hashable {
    public var timeZone: TimeZone
    /// The desk or program that orders, for lock systems that print or log it (Latin letters, short).
    public var operatorName: String

    public init(timeZone: TimeZone, operatorName: String = "BRIDGE") {
        self.timeZone = timeZone
        self.operatorName = operatorName
    }
}

/// How a task went.
public struct TaskResult: Sendable, Hashable {
    /// One a finished card, in order. For ``EncoderTask/cut(_:on:)`` exactly as many as copies were ordered.
    public var receipts: [Receipt]
    /// What was read, as words for people: room, validity, kind of card.
    public var reading: [String: String]

    public init(receipts: [Receipt] = [], reading: [String: String] = [:]) {
        self.receipts = receipts
        self.reading = reading
    }
}

/// Where a driver says how a task goes on. The session keeps it and tells the world.
public protocol TaskProgress: Sendable {
    /// A person must put card number `copy` on the encoder now.
    func waitingForCard(copy: Int, of copies: Int) async throws(Fault)
    /// One card is finished while others of the same task are still to come. The last one comes in ``TaskResult``.
    func finished(_ receipt: Receipt) async throws(Fault)
    /// Something that a person should know of the finished key ("valid until 12:00, rounded up from 11:30").
    func remark(_ text: String) async
}
