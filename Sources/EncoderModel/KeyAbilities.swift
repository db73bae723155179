// SPDX-License-Identifier: Apache-2.0

/// What keys a lock maker's encoder can be asked for. A driver declares it, and the session refuses what it does not declare before the
/// driver is called: a driver that never heard of copies must not turn one into a new key, which shuts the guest out.
///
/// Without a word an encoder makes one new key at a time, for one room, and knows no dates: then it makes none.
public struct KeyAbilities: Sendable, Hashable {
    /// What it can be told of the stay.
    public enum Dates: Sendable, Hashable {
        /// Nothing: its keys would never end, so none is made.
        case none
        /// When the key ends.
        case end
        case beginningAndEnd
    }

    public var dates: Dates
    /// It can make one more key beside those that exist (``KeyMode/copy``).
    public var makesCopies: Bool
    /// It can make a key that opens once (``KeyMode/oneShot``).
    public var makesOneShots: Bool
    /// Locks or rooms on one key; `nil`: as many as an order names.
    public var rooms: Int?
    /// Keys of one order.
    public var keys: Int
    /// What the encoder can with this site's settings, beside what its family declares.
    public var besides: [EncoderCapability]

    public init(
        dates: Dates = .none, makesCopies: Bool = false, makesOneShots: Bool = false, rooms: Int? = 1, keys: Int = 1,
        besides: [EncoderCapability] = []
    ) {
        self.dates = dates
        self.makesCopies = makesCopies
        self.makesOneShots = makesOneShots
        self.rooms = rooms
        self.keys = keys
        self.besides = besides
    }

    /// Where only keys that last are made: a key for one opening must not become one of them.
    public static let noOneShots = Objection("this encoder makes no keys for one opening: let the guest in with another key", .noOneShots)

    /// Why this encoder cannot make the keys of an order; `nil` when it can.
    public func objection(to order: KeyOrder) -> Objection? {
        if let objection = order.objection() { return objection }
        // Nothing that a clerk could do: the site's settings lack it.
        if dates == .none { return Objection("this encoder cannot be told when a key ends, call the technician") }
        if order.mode == .copy, !makesCopies {
            return Objection(
                "this encoder makes new keys only, and a new key shuts out the guest's other keys: cut a new one for each guest of the room",
                .noCopies)
        }
        if order.mode == .oneShot, !makesOneShots { return Self.noOneShots }
        if let rooms, order.lockIds.count > rooms {
            return Objection(
                rooms == 1
                    ? "this encoder puts one room on a key and the order names \(order.lockIds.joined(separator: ", ")): order a key for each"
                    : "this encoder puts at most \(rooms) rooms on a key and the order names \(order.lockIds.count): order a second key for the others",
                .tooManyDoors)
        }
        if order.copies > keys {
            let rest = makesCopies ? "the others as further keys" : "one key at a time, each for its own guest"
            return Objection(
                keys == 1
                    ? "this encoder makes one key an order and \(order.copies) are ordered: order \(rest)"
                    : "this encoder makes at most \(keys) keys an order and \(order.copies) are ordered: order \(rest)", .wrongCount)
        }
        return nil
    }
}
