// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Framing
import Testing

@testable import LockServer

private let prague = TimeZone(identifier: "Europe/Prague") ?? .gmt
/// 21 November 2026, 15:00 in Prague.
private let now = Date(timeIntervalSince1970: 1_795_269_600)

private func record(_ text: String) -> FiasRecord {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    return FiasRecord(parts[0], parts.dropFirst().filter { $0.count >= 2 }.map { .init(String($0.prefix(2)), String($0.dropFirst(2))) })
}

private func order(_ text: String) throws(FiasKeyOrder.Objection) -> KeyOrder {
    try FiasKeyOrder(record(text), at: now, zone: prague).order
}

/// Why a record is refused, in English.
private func said(_ work: () throws(FiasKeyOrder.Objection) -> Void) -> String? {
    do throws(FiasKeyOrder.Objection) {
        try work()
        return nil
    } catch {
        return error.text.line(.english)
    }
}

@Suite struct FiasKeyOrderTests {
    @Test func wholeRecord_isAnOrder() throws {
        let order = try order("KR|KC01|KTN|RN101|WS1|G#12345|GA261121|GD261123|DT11:30|SI102;Pool|GNMuster|K#2|XX14:30|")
        #expect(order.lockIds == ["101", "102", "Pool"])
        #expect(order.mode == .new)
        #expect(order.copies == 2)
        #expect(order.reservationNumber == "12345")
        #expect(order.validFrom == now)  // who arrives today is here
        #expect(order.validUntil == ISO8601DateFormatter().date(from: "2026-11-23T10:30:00Z"))
    }

    @Test(arguments: [
        ("DT11:00", "10:00:00"), ("DT1100", "10:00:00"), ("DT110000", "10:00:00"), ("DT12:59", "11:59:00"), ("DT", "11:00:00"),
        ("XX1", "11:00:00"),
    ])
    func departure_isReadInEveryForm(field: String, time: String) throws {
        let order = try order("KR|KC1|KTD|RN101|GD261123|\(field)|")
        #expect(order.validUntil == ISO8601DateFormatter().date(from: "2026-11-23T\(time)Z"))
        #expect(order.mode == .copy)
    }

    @Test(arguments: [
        ("KR|KC1|RN101|GD261123|", "Key type (KT) is missing or unknown"),
        ("KR|KC1|KTN|GD261123|", "Room (RN) is missing"), ("KR|KC1|KTN|RN101|", "Departure date (GD) is missing"),
        ("KR|KC1|KTN|RN101|GD|", "Departure date (GD) is missing"),
        ("KR|KC1|KTN|RN101|GD261323|", "Departure (GD, DT) is no date"),
        ("KR|KC1|KTN|RN101|GD261123|DT2500|", "Departure (GD, DT) is no date"),
        ("KR|KC1|KTN|RN101|GD270231|DT00:00|", "Departure (GD, DT) is no date"),
        ("KR|KC1|KTN|RN101|GD261299|DT00:00|", "Departure (GD, DT) is no date"),
        ("KR|KC1|KTN|RN101|GD261200|DT00:00|", "Departure (GD, DT) is no date"),
        ("KR|KC1|KTN|RN101|GA261131|GD261203|", "Arrival (GA) is no date"),
        ("KR|KC1|KTN|RN101|GD261120|", "Departure 20.11. 12:00 is past"),
        ("KR|KC1|KTN|RN101|GD261123|K#0|", "1 to \(KeyOrder.maximumCopies) keys (K#) at once"),
        ("KR|KC1|KTN|RN101|GD261123|K#x|", "1 to \(KeyOrder.maximumCopies) keys (K#) at once"),
        ("KR|KC1|KTN|RN101|GA261230|GD261223|", "Departure is before arrival"),
    ])
    func impossibleRecord_isRefusedInWordsForTheClerk(text: String, reason: String) {
        #expect(said { () throws(FiasKeyOrder.Objection) in _ = try order(text) } == reason)
    }

    /// By the text such a record has no stay; a sender that gives one is understood.
    @Test(arguments: [("KR|KC1|KTO|RN101|", 86_400.0), ("KR|KC1|KTO|RN101|GD|", 86_400), ("KR|KC1|KTO|RN101|GD261122|DT11:00|", 72_000)])
    func oneShot_isNeverALastingKey(text: String, life: TimeInterval) throws {
        let order = try order(text)
        #expect(order.mode == .oneShot)
        #expect(order.validUntil == now + life)
    }

    @Test func move_withoutAnEnd_keepsTheOldOne() throws {
        let change = try FiasKeyOrder.change(record("KM|KC1|RN102|RO101|G#7|GD|DT|"), at: now, zone: prague)
        #expect(change == KeyChange(room: "102", reservationNumber: "7", oldRoom: "101"))
    }

    /// An end that is past would shut the guests out of the room that they move to.
    @Test(arguments: [
        ("KM|KC1|RN102|RO101|G#7|GD261120|", "Departure 20.11. 12:00 is past"),
        ("KM|KC1|RN102|RO101|G#7|GDx|", "Departure (GD, DT) is no date"), ("KM|KC1|RN102|RO101|", "Reservation (G#) is missing"),
        ("KM|KC1|RO101|G#7|", "Room (RN) is missing"), ("KM|KC1|RN102|RO102|G#7|GD|", "No old room (RO) and no new end (GD)"),
    ])
    func impossibleChange_isRefusedInWordsForTheClerk(text: String, reason: String) {
        #expect(said { () throws(FiasKeyOrder.Objection) in _ = try FiasKeyOrder.change(record(text), at: now, zone: prague) } == reason)
    }

    /// What KR made KD and KM must find: one rule for the blanks that a sender fills a field with.
    @Test func blanksAroundANumber_areNoPartOfIt() throws {
        let order = try order("KR|KC1|KTN|RN101 |G# 7 |GD261123|")
        #expect(order.lockIds == ["101"] && order.reservationNumber == "7")
        let change = try FiasKeyOrder.change(record("KM|KC1|RN 102|RO101 |G#7 |"), at: now, zone: prague)
        #expect(change == KeyChange(room: "102", reservationNumber: "7", oldRoom: "101"))
        #expect(GuestEvent(record("GC|G#7 |RN202 |RO101 |"))?.room == "202")
    }

    @Test func areas_areLeftOut_andSaid() throws {
        #expect(try FiasKeyOrder(record("KR|KC1|KTN|RN1|GD261123|KO 1 |"), at: now, zone: prague).leftOut != nil)
        #expect(try FiasKeyOrder(record("KR|KC1|KTN|RN1|GD261123|KO 0 |"), at: now, zone: prague).leftOut == nil)
    }

    @Test func endInTheDoubledHour_isTheLaterOfTheTwo() throws {
        let autumn = try #require(ISO8601DateFormatter().date(from: "2026-10-20T12:00:00Z"))
        func end(_ date: String, _ time: String) throws -> Date {
            try FiasKeyOrder(record("KR|KC1|KTN|RN1|GD\(date)|DT\(time)|"), at: autumn, zone: prague).order.validUntil
        }
        #expect(try end("261025", "02:30") == ISO8601DateFormatter().date(from: "2026-10-25T01:30:00Z"))
        #expect(try end("261025", "01:59") == ISO8601DateFormatter().date(from: "2026-10-24T23:59:00Z"))
        #expect(try end("261025", "03:00") == ISO8601DateFormatter().date(from: "2026-10-25T02:00:00Z"))
        #expect(try end("270328", "02:30") == ISO8601DateFormatter().date(from: "2027-03-28T01:30:00Z"), "a night that skips it")
    }

    @Test func keyBook_knowsEveryRoomOfAKey() {
        var book = KeyBook()
        let order = KeyOrder(lockIds: ["101", "102"], validFrom: now, validUntil: now + 3600)
        book.add(order, [Receipt(copy: 1, serial: nil, verified: true, at: now)], at: now)
        #expect(book.end(of: "102", reservation: nil, at: now) == now + 3600)
    }

    @Test func guestRecords_areEventsWithoutNames() {
        let event = GuestEvent(record("GC|G#77|RN202|RO101|GSN|GNMuster|GA261121|GD261125|SF|"))
        #expect(event?.kind == .changed)
        #expect(event?.oldRoom == "101")
        #expect(event?.isRepeated == true)
        var book = GuestBook()
        if let event { book.take(event) }
        #expect(book.stays["77"]?.room == "202")
        if let left = GuestEvent(record("GO|G#77|RN202|")) { book.take(left) }
        #expect(book.inHouse.isEmpty)
        #expect(book.stays["77"]?.departure == "261125", "told again after a start, with what was known")
    }

    @Test func keyBook_tellsTheLatestEndOfARoom_andOfOneSharer() {
        var book = KeyBook()
        let short = KeyOrder(lockIds: ["101"], validFrom: now, validUntil: now + 3600, reservationNumber: "1")
        let long = KeyOrder(lockIds: ["101"], validFrom: now, validUntil: now + 7200, reservationNumber: "2")
        for order in [short, long] {
            book.add(order, [Receipt(copy: 1, serial: order.reservationNumber, verified: true, at: now)], at: now)
        }
        #expect(book.end(of: "101", reservation: nil, at: now) == now + 7200)
        #expect(book.end(of: "101", reservation: "1", at: now) == now + 3600)
        #expect(book.end(of: "101", reservation: "1", at: now + 3601) == nil)
        #expect(book.end(of: "102", reservation: nil, at: now) == nil)
        #expect(book.key(onCard: "2")?.until == now + 7200)
    }
}
