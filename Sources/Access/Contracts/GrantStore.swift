// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What survives a power loss of all that is granted.
public struct KeptAccess: Sendable, Hashable {
    public var stays: [Stay]
    public var resources: [Resource]
    public var grants: [Grant]
    public var used: [UsedCode]
    public var tokens: [KeptToken]
    /// Grants that are not over and cannot be read.
    public var unreadable: Set<GrantID>

    public init(
        stays: [Stay] = [], resources: [Resource] = [], grants: [Grant] = [], used: [UsedCode] = [], tokens: [KeptToken] = [],
        unreadable: Set<GrantID> = []
    ) {
        self.stays = stays
        self.resources = resources
        self.grants = grants
        self.used = used
        self.tokens = tokens
        self.unreadable = unreadable
    }

    /// The newest moment that anything of it tells of: it was that late already. Reservations carry the PMS' own time.
    public var lastSeen: Date? {
        let own = grants.map { max($0.since, $0.onLockSince ?? .distantPast) } + used.map(\.at)
        return (own + stays.map(\.updated)).max()
    }
}

/// One change of it. A list of them is kept whole or not at all.
public enum AccessChange: Sendable, Hashable {
    case stay(Stay)
    case resource(Resource)
    case grant(Grant)
    case used(UsedCode)
    case token(KeptToken)
    case tokenGone(String)
    case note(AccessNote)
}

/// The store failed, in one sentence that says what to do.
public struct GrantStoreFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// The journal of grants, codes and events. A call that changes something is durable when it returns.
public protocol GrantStore: Sendable {
    /// - Parameter since: grants that were over and codes that were last used before are left out, and may be forgotten.
    func load(since: Date) async throws(GrantStoreFault) -> KeptAccess
    func keep(_ changes: [AccessChange]) async throws(GrantStoreFault)
    /// The newest notes, newest first.
    func notes(limit: Int) async throws(GrantStoreFault) -> [AccessNote]
    /// Forgets what no longer counts: reservations, grants and notes that ended before, and codes that were last used before a day of
    /// their own: a code does not come again on a door for a while, however short the log is kept.
    func forget(before: Date, codesBefore: Date) async throws(GrantStoreFault)
}
