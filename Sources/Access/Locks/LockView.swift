// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What is known of one lock at the moment. Nothing of it is kept over a restart: the lock is asked again.
public struct LockView: Sendable, Hashable {
    public let name: LockName
    public var traits: LockTraits
    /// Whether the way to it is up (the broker), and whether it is said to be there itself; `nil`: nobody says.
    public internal(set) var isConnected = false
    public internal(set) var isReachable: Bool?
    public internal(set) var heardAt: Date?
    public internal(set) var battery: Int?
    /// Our slots that hold somebody else's code.
    public internal(set) var foreign: Set<Int> = []
    /// The last word about each slot. A gateway repeats all it remembers at each change, so what is told again is no news.
    var told: [Int: SlotContent] = [:]
    /// The slots of which that word is proven.
    var proven: Set<Int> = []
    /// Whether it ever told what is in a slot. Some never do (homeassistant-lockly #49).
    var tellsUsers = false
    /// Slots that were asked about and never spoken of, though the lock was heard since: so often.
    var silent: [Int: Int] = [:]
    /// Signs that a slot changed, which its own word has not confirmed yet.
    var signs: [Int: Sign] = [:]
    var flight: Flight?
    /// The command that was given up last: its sign may still come.
    var abandoned: Flight?
    /// When questions about a slot were sent that are not answered yet. A lock that slept answers the old ones first: what they tell is of
    /// before the command that was sent since.
    var openAsks: [Int: [Date]] = [:]
    /// Codes that were sent to a slot and of which nothing was heard. A lock that slept carries them out late, one after the other.
    var openSets: [Int: [OpenSet]] = [:]
    /// The same word behind our questions, one after the other.
    var heardWords: [Int: Words] = [:]
    /// When the lock itself last showed what is in a slot.
    var readAt: [Int: Date] = [:]
    /// A code could not be read back: until then none is.
    var readsHeldUntil: Date?

    /// The one command that is on its way. A lock does one thing at a time: a sign without a slot's number is then still a sign.
    struct Flight: Sendable, Hashable {
        var command: LockCommand
        var grant: GrantID?
        var sentAt: Date
        var nextAsk: Date
        var deadline: Date
        var asked = 0
        /// So many answers are to questions from before it.
        var stale = 0
        /// So many answers were taken for old ones.
        var old = 0
        /// When the last question was sent, whether it is open, and how many of them a word followed.
        var askedAt = Date.distantPast
        var isUnanswered = false
        var answered = 0
        /// Whether what comes now may be an answer.
        var isAsked: Bool { command.isAsk || asked > 0 }
    }

    /// What was told of a slot behind our questions, and how much that weighs.
    struct Words: Sendable, Hashable {
        var content: SlotContent
        var weight = 0
    }

    struct OpenSet: Sendable, Hashable {
        var code: String
        var sentAt: Date
    }

    /// Codes that may still land in a slot, the oldest first. That the slot was read to be free since says nothing: the lock may have
    /// answered an older question.
    func mayLand(in slot: Int, at now: Date) -> [OpenSet] {
        (openSets[slot] ?? []).filter { now.timeIntervalSince($0.sentAt) < LockPatience.setLives }
    }

    /// Whether the lock itself showed within so many seconds what is in a slot.
    func isRead(_ slot: Int, within seconds: TimeInterval, at now: Date) -> Bool {
        proven.contains(slot) && now.timeIntervalSince(readAt[slot] ?? .distantPast) < seconds
    }

    /// Whether a code may only be set in a slot that it has kept once the lock was asked about it. Of a lock that was never heard to tell its
    /// slots nobody knows whether it ever answers (homeassistant-lockly #49): one look, like before a clear.
    func needsALookBeforeSetting(_ slot: Int, at now: Date) -> Bool {
        guard isWorthALook else { return false }
        return tellsUsers ? !isRead(slot, within: LockPatience.freeFor, at: now) : readAt[slot] == nil
    }

    /// One look where nothing was read since a start or an absence. Hidden codes look all the same.
    func needsALookBeforeClearing(_ slot: Int) -> Bool { isWorthALook && readAt[slot] == nil && told[slot] != .enabled(code: nil) }

    private var isWorthALook: Bool { traits.sharesSlots && (tellsUsers || silent.isEmpty) }

    enum Sign: Sendable, Hashable { case saved, cleared }

    public init(name: LockName, traits: LockTraits) {
        self.name = name
        self.traits = traits
    }

    public var isServed: Bool { isConnected && isReachable != false }
    /// The lock was told more slots than it has.
    public internal(set) var slotCount: Int?

    public var ourSlots: ClosedRange<Int> {
        guard let slotCount, slotCount > traits.slots.lowerBound else { return traits.slots }
        return traits.slots.lowerBound...min(traits.slots.upperBound, slotCount - 1)
    }

    /// Why nothing can be done with it now.
    var absence: String? {
        if !isConnected { return "The way to the lock \(name) is down: see the MQTT broker." }
        if isReachable == false { return "The lock \(name) is offline: check its battery and its distance from the gateway." }
        return nil
    }
}

/// How long a lock is waited for. An attempt and the pause behind it stay under 30 s together, so that a lock that comes back without a
/// word is served within that time.
public struct LockPatience: Sendable, Hashable {
    /// Battery locks sleep: the first look is not at once.
    public var firstAsk: TimeInterval = 1.5
    public var askEvery: TimeInterval = 4
    public var attempt: TimeInterval = 12
    /// Pauses between attempts, the last one again and again; seconds at first, because a time-out often passes on repeat
    /// (zigbee2mqtt #17205).
    public var pauses: [TimeInterval] = [2, 4, 8, 15]
    /// After so many failures the lock's battery counts more.
    public var manyFailures = 60
    public var longPause: TimeInterval = 60
    /// From the end of a code's time on; then a person is told.
    public var overdueAfter: TimeInterval = 60
    /// How long a slot that the lock showed to be free counts as free: somebody may take it at the keypad.
    static let freeFor: TimeInterval = 15
    /// What an answer weighs that comes soon, or late, when it may as well be what the gateway remembers.
    static let soonWeighs = 2
    static let lateWeighs = 1
    /// So much the word that a slot is free must weigh, where the gateway was not heard to say otherwise before: three answers.
    static let freeWeight = 6
    /// So much the word must weigh that a code is where we left it: two answers.
    static let sameWeight = 4
    static let soon: TimeInterval = 1
    /// Between two questions: the answers to a heap of old ones come closer together, and are told apart by that.
    static let apart: TimeInterval = 0.3
    /// How long after one that failed the next code is read back.
    static let readAgain: TimeInterval = 60
    /// After so long a question is taken to be lost.
    static let askLives: TimeInterval = 60
    /// After so long a code that was sent is taken to be lost.
    static let setLives: TimeInterval = 60
    /// How often what should be there is read back.
    public var readBack: TimeInterval = 3600
    /// Between two presses of retry by a person, per grant (seed 001).
    public var personsRetry: TimeInterval = 120
    /// How long the old room stays open at most while the new one cannot be set.
    public var longestMove: TimeInterval = 900
    /// A guest whose code has not come onto the lock for so long, after so many failures or while the lock is offline, gets a back-up code.
    public var backupAfter: TimeInterval = 60
    public var failuresBeforeBackup = 3

    public init() {}

    func pause(after attempts: Int) -> TimeInterval {
        attempts > manyFailures ? longPause : pauses[min(max(attempts, 1), pauses.count) - 1]
    }
}
