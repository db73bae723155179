// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a lock can do, as its driver says.
public struct LockTraits: Sendable, Hashable {
    /// The places on it that are ours. No other is ever touched.
    public var slots: ClosedRange<Int>
    /// Whether it keeps the window itself. Else the bridge sets at the start and clears at the end.
    public var keepsWindow: Bool
    public var constraints: CodeConstraints
    /// How long it is waited for; `nil`: as long as for any.
    public var patience: LockPatience?
    /// Whether a person's code may be in a slot of ours. Not where the driver finds ours by a name of their own.
    public var sharesSlots: Bool

    public init(
        slots: ClosedRange<Int>, keepsWindow: Bool, constraints: CodeConstraints = CodeConstraints(), patience: LockPatience? = nil,
        sharesSlots: Bool = true
    ) {
        self.sharesSlots = sharesSlots
        self.slots = slots
        self.keepsWindow = keepsWindow
        self.constraints = constraints
        self.patience = patience
    }
}

/// What a lock is asked to do. The driver puts it into words of the wire.
public enum LockCommand: Sendable, Hashable {
    /// What is in this slot?
    case ask(slot: Int)
    case set(slot: Int, code: String, window: Window)
    /// Another window for the code that is there; for locks that keep windows only.
    case reschedule(slot: Int, window: Window)
    case clear(slot: Int)

    public var slot: Int {
        switch self {
        case .ask(let slot), .set(let slot, _, _), .reschedule(let slot, _), .clear(let slot): slot
        }
    }

    var isAsk: Bool { if case .ask = self { true } else { false } }
    var isClear: Bool { if case .clear = self { true } else { false } }

    /// Whether both would show the same sign.
    func isOfKind(_ other: LockCommand) -> Bool {
        switch (self, other) {
        case (.ask, .ask), (.set, .set), (.reschedule, .reschedule), (.clear, .clear): true
        default: false
        }
    }
}

/// What a slot holds, as the lock tells it.
public enum SlotContent: Sendable, Hashable {
    /// Nothing. Only this is free.
    case available
    /// A code; `nil` where the lock does not show it.
    case enabled(code: String?)
    /// A code that is switched off: taken all the same.
    case disabled
    /// A word that nobody knows: taken, to be safe.
    case unknown(String)
}

/// How a word about a slot came to be told.
public enum SlotOrigin: Sendable, Hashable {
    /// Kept by the broker from before: never proof of anything.
    case retained
    /// Told by a gateway, which may only repeat what it remembers.
    case gateway
    /// The lock was read for it just now.
    case lock
}

/// What a driver heard of a lock.
public enum LockReport: Sendable, Hashable {
    case slot(Int, SlotContent, SlotOrigin = .gateway)
    /// A code was saved. `slot` is `nil` where the lock does not say which; `byHand`: at the keypad, so not by us.
    case saved(slot: Int?, byHand: Bool)
    case cleared(slot: Int?, byHand: Bool)
    /// The command in hand failed, in one sentence.
    case refused(String)
    /// The lock has no slot of that number, in one sentence.
    case noSuchSlot(String)
    /// The command in hand was not sent, because something had to be known first; it is now, so the command is to be given again.
    case again
    case reachable(Bool)
    /// It said anything at all.
    case heard
    /// Percent.
    case battery(Int)
    /// How many slots it has.
    case slotCount(Int)
    case used(LockUse)
}

/// Somebody at the door.
public struct LockUse: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable { case unlocked, locked, refused }
    public var kind: Kind
    public var slot: Int?
    /// keypad, rf, manual, rfid: the lock's own word.
    public var source: String?

    public init(kind: Kind, slot: Int?, source: String?) {
        self.kind = kind
        self.slot = slot
        self.source = source
    }
}
