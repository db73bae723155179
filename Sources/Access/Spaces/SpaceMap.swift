// SPDX-License-Identifier: Apache-2.0

/// Which doors belong to which room: `access.spaces` and `access.commonAreas`.
public struct SpaceMap: Sendable, Hashable {
    /// A room or a bed, under the name it has in the PMS.
    public struct Space: Sendable, Hashable {
        public var locks: [LockName]
        /// The space whose doors it has, too.
        public var within: String?

        public init(locks: [LockName] = [], within: String? = nil) {
            self.locks = locks
            self.within = within
        }
    }

    /// A door of several rooms.
    public struct CommonArea: Sendable, Hashable {
        public var locks: [LockName]
        /// The rooms whose guests may in. Empty means nobody, unless `everyone` is written.
        public var rooms: Set<String>
        public var everyone: Bool

        public init(locks: [LockName], rooms: Set<String> = [], everyone: Bool = false) {
            self.locks = locks
            self.rooms = rooms
            self.everyone = everyone
        }
    }

    public var spaces: [String: Space]
    public var commonAreas: [String: CommonArea]

    public init(spaces: [String: Space], commonAreas: [String: CommonArea] = [:]) {
        self.spaces = spaces
        self.commonAreas = commonAreas
    }

    /// The doors of a space, its own first, then those of what it lies within, then the common ones; none of them twice.
    /// Throws the one sentence that says why there is none.
    /// - Parameter parents: the names of what it lies within according to the PMS, nearest first: a bed that the map does not name has
    ///   its room's doors.
    public func doors(of name: String, parents: [String] = []) throws(Unmapped) -> [Door] {
        let chain = chain(from: name, parents: parents)
        var doors: [Door] = []
        func add(_ locks: [LockName], _ target: String, isCommon: Bool) {
            for lock in locks where !doors.contains(where: { $0.lock == lock }) {
                doors.append(Door(lock: lock, target: target, isCommon: isCommon))
            }
        }
        for space in chain { add(spaces[space]?.locks ?? [], space, isCommon: false) }
        let named = commonAreas.filter { !$0.value.rooms.isDisjoint(with: chain) }
        // `everyone` is everyone with a mapped room: who has no door of his own is not let in by a sentence meant for guests.
        guard chain.contains(where: { spaces[$0] != nil }) || !named.isEmpty else {
            throw Unmapped(
                "No code is made for \(name): it is not mapped to a lock. Write it under access.spaces with its locks, or leave it out on "
                    + "purpose.")
        }
        for (area, common) in commonAreas.sorted(by: { $0.key < $1.key }) where common.everyone || named[area] != nil {
            add(common.locks, area, isCommon: true)
        }
        guard !doors.isEmpty else {
            throw Unmapped("No code is made for \(name): access.spaces names it without a lock, and no common area lets it in.")
        }
        return doors
    }

    /// The space and what it lies within, as the map says, or else as the PMS says.
    private func chain(from name: String, parents: [String]) -> [String] {
        var chain = [name]
        var rest = parents[...]
        // A circle in the map ends where it began.
        while let last = chain.last {
            let next = spaces[last]?.within ?? rest.popFirst()
            guard let next, !chain.contains(next) else { break }
            chain.append(next)
        }
        return chain
    }
}

/// One lock that a guest of a space may open.
public struct Door: Sendable, Hashable {
    public var lock: LockName
    /// The space or common area that it is mapped to: what people call the door.
    public var target: String
    public var isCommon: Bool

    public init(lock: LockName, target: String, isCommon: Bool) {
        self.lock = lock
        self.target = target
        self.isCommon = isCommon
    }
}

/// A space without doors, with the sentence for the page.
public struct Unmapped: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
