// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A code or a card as the PMS shows it to guest and desk.
public struct CodeToken: Sendable, Hashable {
    public var stay: StayID
    public var resource: ResourceID?
    /// The card's serial number; `nil`: it is a code.
    public var serial: String?
    /// What the guest types, confirmation key included; of a card its serial number.
    public var value: String
    public var window: Window
    /// Whether the code opens a bed's own place, the room, the building's common doors.
    public var opensBed: Bool
    public var opensRoom: Bool
    public var opensBuilding: Bool

    public init(
        stay: StayID, resource: ResourceID?, value: String, window: Window, opensBed: Bool, opensRoom: Bool, opensBuilding: Bool,
        serial: String? = nil
    ) {
        self.serial = serial
        self.stay = stay
        self.resource = resource
        self.value = value
        self.window = window
        self.opensBed = opensBed
        self.opensRoom = opensRoom
        self.opensBuilding = opensBuilding
    }
}

/// A token that is in the PMS.
public struct PMSToken: Sendable, Hashable {
    /// The PMS' id of it.
    public var id: String
    public var token: CodeToken

    public init(id: String, token: CodeToken) {
        self.id = id
        self.token = token
    }
}

/// A token that we put into the PMS or were about to: known by the hash of its value.
public struct KeptToken: Sendable, Hashable, Codable {
    public var stay: StayID
    public var mark: String

    public init(stay: StayID, mark: String) {
        self.stay = stay
        self.mark = mark
    }

    /// One of these per reservation and code.
    public var key: String { "\(stay).\(mark)" }

    /// The token of such a key. A mark has no point in it.
    public init?(key: String) {
        guard let point = key.lastIndex(of: ".") else { return nil }
        self.init(stay: StayID(String(key[..<point])), mark: String(key[key.index(after: point)...]))
    }
}

/// The PMS did not do it, in one sentence; whether it may have all the same is not known.
public struct AccessSourceFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    /// What the PMS asks to be waited.
    public var retryAfter: Duration?
    /// Whether it may be the trouble of what was asked, while the PMS takes other things: not so where it cannot be reached.
    public var mayBeOfOneRequest: Bool
    public init(_ description: String, retryAfter: Duration? = nil, mayBeOfOneRequest: Bool = false) {
        self.description = description
        self.retryAfter = retryAfter
        self.mayBeOfOneRequest = mayBeOfOneRequest
    }
}

/// A guest who is in the house and gets no code, because the source did not tell enough of the stay.
public struct RefusedStay: Sendable, Hashable {
    public var id: StayID
    /// The confirmation number that the desk sees.
    public var number: String
    /// One sentence with what to do.
    public var reason: String

    public init(id: StayID, number: String, reason: String) {
        self.id = id
        self.number = number
        self.reason = reason
    }
}

/// What a source tells.
public struct StayNews: Sendable, Hashable {
    public var stays: [Stay]
    public var resources: [Resource]
    /// With this all that counts at the moment was told once.
    public var isAll: Bool
    /// Whether it is told once more and happened at another time: no check-in of now.
    public var isRepeated: Bool
    public var refused: [RefusedStay]
    /// The PMS' time at this moment.
    public var time: Date?

    public init(
        stays: [Stay] = [], resources: [Resource] = [], isAll: Bool = false, isRepeated: Bool = false, refused: [RefusedStay] = [],
        time: Date? = nil
    ) {
        self.stays = stays
        self.resources = resources
        self.isAll = isAll
        self.isRepeated = isRepeated
        self.refused = refused
        self.time = time
    }
}

/// A PMS that reservations come from and codes go back to.
public protocol AccessSource: Sendable {
    /// Whether its news bring the PMS' own time. Where they do not, this machine's clock is all there is.
    var tellsTime: Bool { get }
    /// Tells reservations and resources as they come, until the task is cancelled. Told again is no harm.
    /// - Parameter take: returns when the news is durable; only then does the source move its mark of what was seen.
    func run(_ take: @escaping @Sendable (StayNews) async throws(GrantStoreFault) -> Void) async
    /// All valid tokens of these reservations, ours and other people's.
    func tokens(of stays: [StayID]) async throws(AccessSourceFault) -> [PMSToken]
    func add(_ tokens: [CodeToken]) async throws(AccessSourceFault)
    func update(_ tokens: [PMSToken]) async throws(AccessSourceFault)
    func delete(_ ids: [String]) async throws(AccessSourceFault)
}
