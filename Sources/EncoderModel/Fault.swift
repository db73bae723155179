// SPDX-License-Identifier: Apache-2.0

/// Why something did not work, sorted by who must act. Closed on purpose: a new wire code is mapped to one of these, so that
/// every fault has advice (``Words/advice(for:deed:gesture:rooms:)``), and docs/faults.md lists them all.
public enum FaultKind: Hashable, Sendable {
    // The clerk.
    case noCard, cardRemovedEarly, notWritable, verifyFailed, unsupportedCard
    // The technician.
    case busy, offline, timeout, malformedReply
    /// The service may not open this path.
    case notPermitted(path: String)
    /// Another program has the port open: its process id and name, `nil` where /proc does not tell.
    case heldBy(process: HoldingProcess?)
    // Whoever made the request.
    case rejected(reason: String)
    case cancelled, expired, interrupted

    /// Every kind once, with example values, for the generated table and for tests that must not miss one.
    public static let examples: [FaultKind] = [
        .noCard, .cardRemovedEarly, .notWritable, .verifyFailed, .unsupportedCard,
        .busy, .offline, .timeout, .malformedReply, .notPermitted(path: "/dev/ttyUSB0"),
        .heldBy(process: HoldingProcess(pid: 812, name: "ModemManager")),
        .rejected(reason: "the lock system does not know room 1207"), .cancelled, .expired, .interrupted,
    ]
}

/// A process that holds a port open.
public struct HoldingProcess: Hashable, Sendable, Codable {
    public let pid: Int32
    public let name: String
    public init(pid: Int32, name: String) {
        self.pid = pid
        self.name = name
    }
}

/// What is known of the card that was on the encoder when a job ended.
public enum CardKnowledge: String, Sendable, Codable, CaseIterable {
    /// Nothing was written to it.
    case untouched
    case written
    /// It may have been written. Never repeated by the bridge: a person must look.
    case unknown
}

/// What came over a line on which no answer came: silence has other causes than noise.
public enum Heard: Hashable, Sendable {
    case nothing
    /// So many bytes, and none of them was an answer.
    case noise(bytes: Int)

    public init(bytes: Int) { self = bytes == 0 ? .nothing : .noise(bytes: bytes) }

    public var bytes: Int { if case .noise(let bytes) = self { bytes } else { 0 } }
}

/// A fault as it happened: what kind, what is known of the card, and the device's own words or code for the technician.
public struct Fault: Error, Sendable {
    public var kind: FaultKind
    public var card: CardKnowledge
    /// Wire code or system error, for the technician: `EP`, `open: EACCES`. Never card content, names or tokens.
    public var detail: String?
    /// Why it was refused, where the clerk can act on it.
    public var cause: RefusalCause?
    /// What the line heard before it gave up; `nil` where nobody listened (a port that could not be opened, a refusal).
    public var heard: Heard?
    /// The clerk's sentence in the hotel's language, once somebody who knows deed, room and language has said it.
    public var sentence: String?

    public init(
        _ kind: FaultKind, card: CardKnowledge = .untouched, detail: String? = nil, cause: RefusalCause? = nil, heard: Heard? = nil
    ) {
        self.kind = kind
        self.card = card
        self.detail = detail
        self.cause = cause
        self.heard = heard
    }

    /// One sentence a desk clerk can act on. Where nobody has said it in the hotel's language: English, and of a refusal the reason.
    public var advice: String {
        if let sentence { return sentence }
        if case .rejected(let reason) = kind, cause == nil, !reason.isEmpty {
            return "The key was refused: \(reason)." + (card == .unknown ? " " + Words.english(.doubt) : "")
        }
        return Words.english.advice(for: self)
    }

    /// The same fault with the clerk's sentence.
    public func worded(_ words: Words, deed: Deed = .cut, gesture: CardGesture = .put, rooms: [String] = []) -> Fault {
        var fault = self
        fault.sentence = words.advice(for: self, deed: deed, gesture: gesture, rooms: rooms)
        return fault
    }
}

/// Two faults are the same whatever language they were told in.
extension Fault: Hashable {
    public static func == (a: Fault, b: Fault) -> Bool {
        a.kind == b.kind && a.card == b.card && a.detail == b.detail && a.heard == b.heard
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(card)
        hasher.combine(detail)
        hasher.combine(heard)
    }
}
