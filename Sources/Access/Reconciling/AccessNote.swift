// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Something that happened, for the log, the events and the access log. Never with a code in it.
public struct AccessNote: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable {
        case granted, set, removed, failed, overdue
        /// Somebody changed a code of ours at the lock.
        case drift
        /// A slot of ours holds a code that is not ours.
        case foreign
        /// The door was opened, locked, or stayed shut.
        case used
        /// A lock went away or came back.
        case reachable, unreachable
        /// A guest got a back-up code.
        case backup
        /// A card that was cut opens longer, or shorter, than the guest stays.
        case card
    }

    public var at: Date
    public var kind: Kind
    public var grant: GrantID?
    /// The reservation's number.
    public var number: String?
    public var lock: LockName?
    public var text: String

    public init(at: Date, kind: Kind, grant: GrantID? = nil, number: String? = nil, lock: LockName? = nil, text: String) {
        self.at = at
        self.kind = kind
        self.grant = grant
        self.number = number
        self.lock = lock
        self.text = text
    }
}
