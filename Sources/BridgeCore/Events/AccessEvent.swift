// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Something that happened to a door's code or a lock. Never with a code in it.
public struct AccessEvent: Sendable, Codable, Hashable {
    /// Its name on the event stream.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case granted = "grant.granted"
        case set = "grant.set"
        case removed = "grant.removed"
        case failed = "grant.failed"
        case overdue = "grant.overdue"
        /// Somebody changed a code of ours at the lock.
        case changed = "grant.changed"
        /// A guest got a back-up code.
        case backup = "grant.backup"
        /// A card that was cut opens longer, or shorter, than the guest stays.
        case card = "access.card"
        case online = "lock.online"
        case offline = "lock.offline"
        /// A slot of ours holds somebody else's code.
        case foreign = "lock.foreign"
        /// A door was opened or locked, or stayed shut.
        case used = "lock.used"
    }

    public var kind: Kind
    public var at: Date
    public var grant: String?
    /// The reservation's number.
    public var reservation: String?
    public var lock: String?
    /// One sentence for people.
    public var text: String

    public init(kind: Kind, at: Date, grant: String? = nil, reservation: String? = nil, lock: String? = nil, text: String) {
        self.kind = kind
        self.at = at
        self.grant = grant
        self.reservation = reservation
        self.lock = lock
        self.text = text
    }

    private enum CodingKeys: String, CodingKey { case at, grant, reservation, lock, text, kind }

    /// Written by hand so that what there is none of is `null` rather than missing.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(at, forKey: .at)
        try values.encode(grant, forKey: .grant)
        try values.encode(reservation, forKey: .reservation)
        try values.encode(lock, forKey: .lock)
        try values.encode(text, forKey: .text)
        try values.encode(kind, forKey: .kind)
    }
}
