// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// One message to the encoder, with what its answer must be compared with.
struct Order: Sendable {
    enum Subject: Sendable, Hashable {
        case keys(rooms: [String], cards: Int)
        case reading
        case checkOut(room: String)
    }

    /// `CN2`: also the name in trace and trail.
    let command: String
    /// The encoder field, which the answer repeats.
    let encoder: String
    let subject: Subject
    let body: [UInt8]

    static let mostRooms = 4
    /// Keys of one message.
    static func most(_ mode: KeyMode) -> Int { mode == .new ? 9 : 1 }

    /// Letters without the count: some encoders may answer CN2 with CN, the public text does not say.
    var bareCommand: String { String(command.prefix(2)) }

    var effect: CommandEffect {
        switch subject {
        case .keys: .writesCard
        case .reading: .none
        // It may have been done, and nothing is lost if a person repeats it.
        case .checkOut: .once
        }
    }

    private init(_ fields: [String], subject: Subject) throws(Fault) {
        guard let row = SeparatedFields(fields), fields.count >= 2 else {
            throw Fault(.rejected(reason: "the order has characters that the line to this encoder cannot carry"))
        }
        command = fields[0]
        encoder = fields[1]
        self.subject = subject
        body = row.body
    }

    static func read(_ site: IndustryStandardSettings) throws(Fault) -> Order {
        // A card that is read is not given out at the back.
        try Order(["LT", site.encoder, site.removal == "T" ? "E" : site.removal], subject: .reading)
    }

    /// The encoder field is 0: it concerns the lock system, not an encoder.
    static func checkOut(_ lockID: String) throws(Fault) -> Order {
        let room = try rooms([lockID])[0]
        return try Order(["CO", "0", room], subject: .checkOut(room: room))
    }

    /// CN makes new keys, all of them with one message: a second CN would cancel the first key. CC makes one more key beside
    /// those that exist, CA one that opens once; no count is known for these, so they are ordered one by one. A count has one digit: what goes beyond it is ordered
    /// as copies.
    ///
    /// Fields: command and count, encoder, removal, four rooms, rights granted, rights denied, from, till, operator, three lines
    /// to print, serial number wanted. Empty ones at the end are left out, as the public client does.
    static func keys(
        _ order: KeyOrder, _ mode: KeyMode, cards: Int, on clock: PropertyClock, end: LockClock.End, site: IndustryStandardSettings
    ) throws(Fault) -> Order {
        let rooms = try rooms(order.lockIds)
        let fourRooms = rooms + Array(repeating: "", count: 4 - rooms.count)
        let lockClock = LockClock(layout: site.dateLayout, timeZone: clock.timeZone)
        guard let start = lockClock.start(order.validFrom) else { throw WallClock.outOfRange }
        let command =
            switch mode {
            case .new: cards > 1 ? "CN\(cards)" : "CN"
            case .copy: "CC"
            case .oneShot: "CA"
            }
        var fields = [command, site.encoder, site.removal] + fourRooms
        fields += [site.granted, site.denied]
        // A copy begins with the key it joins: clients leave its beginning empty.
        fields += [mode == .copy ? "" : start, end.text]
        fields += [site.operatorName ?? LineText.nearest(clock.operatorName)]
        fields += [LineText.nearest(order.guestName ?? ""), "", ""]
        fields += [site.serialReturn == "0" ? "" : site.serialReturn]
        while fields.last == "" { fields.removeLast() }
        return try Order(fields, subject: .keys(rooms: rooms, cards: cards))
    }

    /// Names of doors go out as they are or not at all.
    private static func rooms(_ lockIDs: [String]) throws(Fault) -> [String] {
        guard lockIDs.count <= mostRooms else {
            throw Fault(
                .rejected(reason: "this encoder puts at most \(mostRooms) rooms on a key and the order names \(lockIDs.count)"),
                cause: .tooManyDoors)
        }
        for lockID in lockIDs where LineText.exact(lockID) == nil {
            throw Fault(
                .rejected(
                    reason: "the lock id \(String(lockID.prefix(40)).debugDescription) cannot be sent to this lock system: "
                        + "use 1 to \(LineText.longest) plain letters, digits and signs, exactly as the lock system spells it"))
        }
        return lockIDs
    }
}
