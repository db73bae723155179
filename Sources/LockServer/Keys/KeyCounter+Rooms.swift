// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation

/// What is known of the keys that open a room now.
extension KeyCounter {
    /// The latest end of a room's keys: of those made through this facade, and of all that the journal knows, whichever way they were
    /// ordered. `nil`: none is known to open now.
    func end(of room: String, reservation: String?, besides book: KeyBook, at now: Date) async throws(JournalFault) -> Date? {
        let ends = try await keys(of: room, reservation: reservation, at: now).map(\.order.validUntil).filter { $0 > now }
        return (ends + [book.end(of: room, reservation: reservation, at: now)].compactMap(\.self)).max()
    }

    /// Whether somebody who has not checked out has a key of the room that opens now.
    func isHeld(_ room: String, besides book: KeyBook, at now: Date) async throws(JournalFault) -> Bool {
        for job in try await keys(of: room, reservation: nil, at: now) {
            if job.order.validUntil > now, !book.hasLeft(room, job.order.reservationNumber, madeAt: job.createdAt) { return true }
            // A new key has ended those before it.
            if job.order.mode == .new { return false }
        }
        return book.isHeld(room, at: now)
    }

    /// A check-out as the lock system behind an encoder can take it. One that knows no reservations ends all keys of a room at once: it is
    /// told only when nobody else is left there. `nil`: somebody is.
    func checkOut(
        of room: String, reservation: String?, on encoder: EncoderName, besides book: KeyBook, at now: Date
    ) async throws(JournalFault) -> StayNotice? {
        let capabilities = await desk.encoder(encoder)?.capabilities ?? []
        // Keys are changed by their reservation: a lock system that can do it knows whose they are. One that only cuts is told nothing.
        let endsTheRoom = capabilities.contains(.checkOut) && !capabilities.contains(.keyChange)
        guard reservation != nil, endsTheRoom else { return .checkOut(room: room, reservation: reservation) }
        return try await isHeld(room, besides: book, at: now) ? nil : .checkOut(room: room, reservation: nil)
    }

    /// Keys that were made for a room, the newest first, but for those that open once.
    private func keys(of room: String, reservation: String?, at now: Date) async throws(JournalFault) -> [Job] {
        let desk = desk
        let filter = JobFilter(room: room, reservation: reservation, state: .done, from: now - KeyBook.longestStay)
        return try await askJournal(within: Self.takingLong) { () async throws(JournalFault) in
            try await desk.jobs(filter, limit: 200, before: nil).filter { $0.order.mode != .oneShot }
        }
    }

    private static let takingLong = Duration.seconds(3)
}
