// SPDX-License-Identifier: Apache-2.0

/// The life of a FIAS link as a value, from either end: event in, actions out. It knows no I/O and no clock.
///
///     PMS  > LS                  LS                  < lock system
///     PMS                        LD, LR ..., LA      < lock system     (some send LA only)
///     PMS  > LA                                                        the link lives: key records may go
///     either: LS when nothing was heard for five minutes, LA in answer; LE, answered by LE, ends it
///
/// Sources: the public FIAS text of 2001, and what open clients do (some declare nothing, some end with LE and begin anew).
public struct FiasLink: Sendable {
    public typealias Instant = ContinuousClock.Instant

    /// Which end of the link this is.
    public enum Role: Sendable, Hashable {
        case pms
        /// What is declared to the PMS: the records (`LR`) that this end takes and gives.
        case lockSystem(declares: [FiasRecord])
    }

    /// An instant with what a calendar and a clock show: `YYMMDD`, `HHMMSS`.
    public struct Moment: Sendable, Hashable {
        public var instant: Instant
        public var date: String
        public var time: String
        public init(_ instant: Instant, date: String, time: String) {
            self.instant = instant
            self.date = date
            self.time = time
        }
        var fields: [FiasRecord.Field] { [.init("DA", date), .init("TI", time)] }
    }

    public enum Action: Sendable, Hashable {
        case write([UInt8])
        /// A record about keys or guests; only while the link lives.
        case deliver(FiasRecord)
        /// It may be told again: after new declarations of the partner.
        case lives
        /// The link ended though the connection may stand; the reason is for a technician.
        case ended(String)
        /// The connection is of no use any more.
        case drop(String)
    }

    /// How long the lock side listens for the PMS' LS before it says its own.
    public static let listening = Duration.seconds(3)
    /// How long a partner may take to answer LS before it is said again, or the link is given up where it had lived.
    public static let answering = Duration.seconds(10)
    /// Silence after which LS asks whether the partner is there.
    public static let idle = Duration.seconds(300)
    /// How long LE may take to be answered.
    public static let farewell = Duration.seconds(2)

    private enum State: Sendable, Hashable {
        case down
        /// The next LS goes out at `due`.
        case starting(due: Instant)
        case alive(heard: Instant)
        /// LS asked; it must be answered by `due`.
        case checking(due: Instant)
        case ending(due: Instant)
    }

    public let role: Role
    public let security: FiasSecurity
    /// LD and LR as the partner declared them; empty where it declares nothing.
    public private(set) var declarations: [FiasRecord] = []
    private var state = State.down
    /// Declarations came since the last LA, which therefore is to be answered.
    private var isDeclaring = false
    /// LE was said since the link last began: it is not said again, or two ends that answer it would do so without end.
    private var hasSaidLE = false
    private var line: FiasLine

    public init(_ role: Role, security: FiasSecurity) {
        self.role = role
        self.security = security
        line = FiasLine(security)
    }

    public var isAlive: Bool {
        switch state {
        case .alive, .checking: true
        case .down, .starting, .ending: false
        }
    }

    /// When ``advance(to:)`` has something to do.
    public var deadline: Instant? {
        let own: Instant? =
            switch state {
            case .down: nil
            case .starting(let due), .checking(let due), .ending(let due): due
            case .alive(let heard): heard + Self.idle
            }
        return [own, line.deadline].compactMap(\.self).min()
    }

    // MARK: Events

    public mutating func connected(at now: Moment) -> [Action] {
        line = FiasLine(security)
        declarations = []
        isDeclaring = false
        hasSaidLE = false
        guard role == .pms else {
            state = .starting(due: now.instant + Self.listening)
            return []
        }
        return start(at: now)
    }

    public mutating func disconnected() {
        state = .down
        line = FiasLine(security)
    }

    public mutating func receive(_ bytes: [UInt8], at now: Moment) -> [Action] {
        if case .alive = state { state = .alive(heard: now.instant) }
        return act(on: line.receive(bytes, at: now.instant), at: now)
    }

    /// Sends a record about keys; only of use while the link lives.
    public mutating func send(_ record: FiasRecord, at now: Moment) -> [Action] {
        // A question about a key is dated, as the text has it.
        put(record.kind == "KZ" && role == .pms && record["DA"] == nil ? dated(record, now) : record, at: now)
    }

    public mutating func advance(to now: Moment) -> [Action] {
        let actions = act(on: line.advance(at: now.instant), at: now)
        switch state {
        case .starting(let due) where due <= now.instant: return actions + start(at: now)
        case .checking(let due) where due <= now.instant: return actions + end("no answer to LS", drop: true)
        case .ending(let due) where due <= now.instant: return actions + end("LE", drop: true)
        case .alive(let heard) where heard + Self.idle <= now.instant:
            state = .checking(due: now.instant + Self.answering)
            return actions + say("LS", at: now)
        default: return actions
        }
    }

    /// This end goes: LE, and a moment for the partner's.
    public mutating func stop(at now: Moment) -> [Action] {
        guard state != .down else { return [.drop("stopped")] }
        state = .ending(due: now.instant + Self.farewell)
        return say("LE", at: now)
    }

    // MARK: Records

    private mutating func act(on found: [FiasLine.Action], at now: Moment) -> [Action] {
        found.flatMap { action -> [Action] in
            switch action {
            case .write(let bytes): [.write(bytes)]
            case .lost(let why): end(why, drop: true)
            case .record(let record): take(record, at: now)
            }
        }
    }

    private mutating func take(_ record: FiasRecord, at now: Moment) -> [Action] {
        if case .checking = state { state = .alive(heard: now.instant) }
        switch record.kind {
        case "LS": return asked(at: now)
        case "LA": return answered(at: now)
        case "LE": return farewell(at: now)
        case "LD", "LR":
            if record.kind == "LD" || !isDeclaring { declarations = [] }
            isDeclaring = true
            declarations.append(record)
            return []
        default: return isAlive ? [.deliver(record)] : []
        }
    }

    private mutating func asked(at now: Moment) -> [Action] {
        if case .ending = state { return [] }
        switch role {
        case .pms: return say("LA", at: now)
        case .lockSystem(let declares):
            // After each LS of the PMS everything is declared again, and its LA makes the link live.
            if case .starting = state { state = .starting(due: now.instant + Self.answering) }
            return declares.flatMap { put(dated($0, now), at: now) } + say("LA", at: now)
        }
    }

    private mutating func answered(at now: Moment) -> [Action] {
        switch state {
        case .down, .ending: return []
        case .alive, .checking:
            // LA answers LS and is not answered itself; but behind declarations it asks for ours.
            guard isDeclaring, role == .pms else { return [] }
            isDeclaring = false
            // What the partner asks for is another thing from now on: told again.
            return say("LA", at: now) + [.lives]
        case .starting:
            state = .alive(heard: now.instant)
            isDeclaring = false
            hasSaidLE = false
            return (role == .pms ? say("LA", at: now) : []) + [.lives]
        }
    }

    private mutating func farewell(at now: Moment) -> [Action] {
        if case .ending = state { return end("LE", drop: true) }
        guard !hasSaidLE else { return [] }
        hasSaidLE = true
        let reply = say("LE", at: now)
        let lived = isAlive
        // Some say LE on a connection that stays and begin anew on it: the link starts again after the time that LE has.
        state = .starting(due: now.instant + Self.farewell)
        isDeclaring = false
        return reply + (lived ? [.ended("the partner ended the link (LE)")] : [])
    }

    // MARK: Parts

    private mutating func start(at now: Moment) -> [Action] {
        state = .starting(due: now.instant + Self.answering)
        return say("LS", at: now)
    }

    private mutating func say(_ kind: String, at now: Moment) -> [Action] { put(FiasRecord(kind, now.fields), at: now) }

    private mutating func put(_ record: FiasRecord, at now: Moment) -> [Action] { act(on: line.send(record, at: now.instant), at: now) }

    private func dated(_ record: FiasRecord, _ now: Moment) -> FiasRecord {
        record.kind == "LD" ? FiasRecord("LD", now.fields + record.fields) : record
    }

    private mutating func end(_ why: String, drop: Bool) -> [Action] {
        let lived = isAlive
        state = .down
        return (lived ? [.ended(why)] : []) + (drop ? [.drop(why)] : [])
    }
}
