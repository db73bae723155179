// SPDX-License-Identifier: Apache-2.0
import Access
import AccessCore
import BridgeCore
import EncoderModel

/// What the journal of jobs knows of cards. There is no second list of them.
struct CutCards: Sendable {
    /// So many jobs of a reservation or a room are looked at, the newest.
    private static let most = 100

    let desk: any JobDesk

    /// Cards of a reservation that open, whoever ordered them.
    func of(_ number: String) async throws(JournalFault) -> [CutCard] {
        guard !number.isEmpty else { return [] }
        let jobs = try await desk.jobs(JobFilter(reservation: number), limit: Self.most, before: nil)
        var cards: [CutCard] = []
        for room in Set(jobs.filter(\.hasCutKeys).compactMap(\.order.lockIds.first)).sorted() {
            cards += CutCard.open(room, of: number, among: try await desk.jobs(JobFilter(room: room), limit: Self.most, before: nil))
        }
        return cards
    }

    /// Reservations that cards for a room were cut for.
    func reservations(in room: String) async throws(JournalFault) -> Set<String> {
        Set(
            try await desk.jobs(JobFilter(room: room), limit: Self.most, before: nil).filter(\.hasCutKeys)
                .compactMap(\.order.reservationNumber))
    }

    /// The same for who asks for tokens in the PMS.
    func of(_ stay: Stay) async throws(AccessSourceFault) -> [CutCard] {
        do throws(JournalFault) {
            return try await of(stay.number)
        } catch {
            throw AccessSourceFault(error.description)
        }
    }
}
