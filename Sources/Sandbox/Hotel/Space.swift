// SPDX-License-Identifier: Apache-2.0

/// A room, a bed in a room, or a place that every guest may enter.
public struct Space: Sendable, Equatable {
    public enum Kind: String, Sendable {
        case room = "Room"
        case bed = "Bed"
        /// Neither room nor bed: the old documentation announces that more types may come, so a client has to bear it.
        case common = "Common"
    }

    /// UUID, lower case.
    public var id: String
    public var kind: Kind
    /// What the hotel calls it; may hold letters ("201A").
    public var number: String
    /// The room of a bed.
    public var parentId: String?
    /// UUID of the category.
    public var categoryId: String
    /// Dirty, Clean, Inspected, OutOfService.
    public var state: String
    /// What the lock system calls its door, where that differs from the number. A bed has the door of its room.
    public var lockId: String?

    public init(
        id: String, kind: Kind, number: String, parentId: String? = nil, categoryId: String, state: String = "Clean",
        lockId: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.number = number
        self.parentId = parentId
        self.categoryId = categoryId
        self.state = state
        self.lockId = lockId
    }
}

/// A kind of room that is sold under one name.
public struct SpaceCategory: Sendable, Equatable {
    /// UUID, lower case.
    public var id: String
    public var name: String
    public var shortName: String?

    public init(id: String, name: String, shortName: String? = nil) {
        self.id = id
        self.name = name
        self.shortName = shortName
    }
}
