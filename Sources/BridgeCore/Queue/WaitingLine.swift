// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// The orders that wait for one encoder, and which of them is next. A value, without a clock.
///
/// Orders are cut as they come. Only a **batch** lets others through: thirty keys for a group that one program orders in one go must not
/// keep the guest who stands at the desk waiting for ten minutes. A batch is ``batch`` or more waiting orders of one asker that came within
/// ``burst`` of each other, or that are for one reservation. After ``turns`` of a batch in a row the oldest order that is not of it is
/// next, where there is one. Orders of a batch keep their order among themselves, and so do the others; keys for one stay, or for one room,
/// never overtake each other, because the key that is cut last is the one that opens.
struct WaitingLine: Sendable {
    static let batch = 5
    static let turns = 2
    static let burst: Duration = .seconds(2)

    struct Entry: Sendable, Hashable {
        var id: JobID
        /// Counts up with each order that came, whatever encoder it is for.
        var ticket: UInt64
        /// Who ordered: the origin, and the client where there are several.
        var asker: String
        var reservation: String?
        /// The guest's own door: the first of the order.
        var room: String?
        /// On the clock that nobody sets.
        var arrived: Duration
        /// When the order is too old to be begun; `nil`: never.
        var deadline: Duration?
        /// Orders of one asker that came in one go have the same number.
        fileprivate(set) var go: UInt64 = 0

        init(
            id: JobID, ticket: UInt64, asker: String, reservation: String? = nil, room: String? = nil, arrived: Duration,
            deadline: Duration? = nil
        ) {
            self.id = id
            self.ticket = ticket
            self.asker = asker
            self.reservation = reservation
            self.room = room
            self.arrived = arrived
            self.deadline = deadline
        }

        fileprivate func isForTheSameStay(as other: Entry) -> Bool {
            reservation != nil && asker == other.asker && reservation == other.reservation
        }

        /// Whether the later of the two keys takes the other one's place on the door.
        fileprivate func replaces(_ other: Entry) -> Bool {
            isForTheSameStay(as: other) || (room != nil && room == other.room)
        }
    }

    private(set) var entries: [Entry] = []
    /// When each asker ordered last, and in which go.
    private var lastOf: [String: (arrived: Duration, go: UInt64)] = [:]
    /// The orders that were taken last, the newest at the end.
    private var taken: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }

    /// Orders that were kept in one commit may come back in any order: their tickets decide.
    mutating func add(_ entry: Entry) {
        var entry = entry
        let last = lastOf[entry.asker]
        entry.go = last.map { entry.arrived - $0.arrived <= Self.burst ? $0.go : entry.ticket } ?? entry.ticket
        if entries.isEmpty { lastOf = lastOf.filter { entry.arrived - $0.value.arrived <= Self.burst } }
        lastOf[entry.asker] = (entry.arrived, entry.go)
        insert(entry)
    }

    /// An order that was taken and not begun.
    mutating func putBack(_ entry: Entry) {
        taken.removeAll { $0.id == entry.id }
        insert(entry)
    }

    private mutating func insert(_ entry: Entry) {
        let place = entries.lastIndex { $0.ticket < entry.ticket }.map { $0 + 1 } ?? 0
        entries.insert(entry, at: place)
    }

    /// Takes the order that is next.
    mutating func takeNext() -> Entry? {
        guard let first = entries.first else { return nil }
        var place = 0
        if let isOfBatch = batch(of: first), taken.count == Self.turns, taken.allSatisfy(isOfBatch),
            let other = entries.indices.first(where: { !isOfBatch(entries[$0]) && overtakesNoneOfItsOwn($0) })
        {
            place = other
        }
        let entry = entries.remove(at: place)
        taken.append(entry)
        if taken.count > Self.turns { taken.removeFirst() }
        return entry
    }

    private func overtakesNoneOfItsOwn(_ place: Int) -> Bool { !entries[..<place].contains { entries[place].replaces($0) } }

    /// The batch that an order belongs to, as a test of others; `nil` when it is in none. Those that were taken last count: a batch of six
    /// is one after its second key, too.
    private func batch(of entry: Entry) -> ((Entry) -> Bool)? {
        let entries = taken + entries
        if entries.count(where: entry.isForTheSameStay) >= Self.batch { return entry.isForTheSameStay }
        func cameWithIt(_ other: Entry) -> Bool { other.asker == entry.asker && other.go == entry.go }
        return entries.count(where: cameWithIt) >= Self.batch ? cameWithIt : nil
    }

    /// - Returns: whether it waited here.
    mutating func remove(_ id: JobID) -> Bool {
        guard let place = entries.firstIndex(where: { $0.id == id }) else { return false }
        entries.remove(at: place)
        return true
    }

    mutating func removeAll() -> [JobID] {
        defer { entries = [] }
        return entries.map(\.id)
    }

    /// When the next order gets too old.
    var nextDeadline: Duration? { entries.compactMap(\.deadline).min() }

    /// Takes out the orders that are too old by now.
    mutating func removeOverdue(at now: Duration) -> [JobID] {
        func isOverdue(_ entry: Entry) -> Bool { entry.deadline.map { $0 <= now } ?? false }
        let ids = entries.filter(isOverdue).map(\.id)
        if !ids.isEmpty { entries.removeAll(where: isOverdue) }
        return ids
    }
}
