// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What a person wants a lock system to be told, as it was typed.
package struct NoticeWords: Sendable {
    /// Why it makes no sense, and what to write.
    package struct Objection: Error, Sendable, Hashable {
        package let text: String
    }

    package let notice: StayNotice
    private let zone: TimeZone

    package init(
        _ kind: StayNotice.Kind, room: String, reservation: String?, oldRoom: String?, until: String?, zone: TimeZone, now: Date = Date()
    ) throws(Objection) {
        self.zone = zone
        let end = until.map { CalendarDay.instant($0, zone) }
        if let until, end == .some(nil) { throw Objection(text: "'\(until)' is no time: write it as 2026-11-30T11:00") }
        switch kind {
        case .checkOut:
            guard oldRoom == nil, until == nil else {
                throw Objection(text: "a check-out has a room and at most a reservation: --old-room and --until belong to key-change")
            }
            notice = .checkOut(room: room, reservation: reservation)
        case .keyChange:
            guard let reservation else { throw Objection(text: "whose keys? write their reservation: --reservation NUMBER") }
            notice = .keyChange(KeyChange(room: room, reservationNumber: reservation, oldRoom: oldRoom, validUntil: end ?? nil))
        }
        if let objection = notice.objection() { throw Objection(text: objection.reason) }
        // It would shut the guests out.
        if let end, let end, end <= now { throw Objection(text: "\(spoken(end)) is past: name an end that is to come") }
    }

    /// What was done, as it was understood: a time with its zone, because a wrong one shuts guests out.
    package var done: String {
        switch notice {
        case .checkOut(let room, nil): "Done: the keys of room \(room) have ended."
        case .checkOut(let room, let reservation?): "Done: the keys of reservation \(reservation) for room \(room) have ended."
        case .keyChange(let change):
            "Done: the keys of reservation \(change.reservationNumber) open room \(change.room)"
                + (change.oldRoom.map { " instead of \($0)" } ?? "") + (change.validUntil.map { " until \(spoken($0))" } ?? "") + "."
        }
    }

    private func spoken(_ time: Date) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = zone
        format.dateFormat = "yyyy-MM-dd HH:mm"
        return "\(format.string(from: time)) (\(zone.identifier))"
    }
}

extension BridgeClient {
    /// Tells the lock system behind an encoder something of keys that it has made.
    package func tell(_ notice: StayNotice, to encoder: EncoderName, within limit: Duration) async throws {
        struct Body: Encodable {
            var room: String
            var reservationNumber: String?
            var oldRoom: String?
            var validUntil: Date?
        }
        let body: Body =
            switch notice {
            case .checkOut(let room, let reservation): Body(room: room, reservationNumber: reservation)
            case .keyChange(let change):
                Body(
                    room: change.room, reservationNumber: change.reservationNumber, oldRoom: change.oldRoom, validUntil: change.validUntil)
            }
        _ = try await ask("POST", "\(Self.path(encoder))/\(notice.kind.rawValue)", body: try JSONText.encode(body), within: limit)
    }
}
