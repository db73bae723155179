// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@testable import AccessCore

/// Which cards of a reservation open a room, by the jobs of that room.
@Suite struct CutCardTests {
    /// The n-th thing that happened.
    private static func job(
        _ place: Int, _ number: String? = "1001", _ mode: KeyMode = .new, cards: Int = 1, _ state: JobState = .done,
        origin: JobOrigin = .local, room: String = "101"
    ) -> Job {
        let at = SmallSite.start.addingTimeInterval(TimeInterval(place))
        let order = KeyOrder(
            lockIds: [room], validFrom: SmallSite.start, validUntil: SmallSite.start.addingTimeInterval(86_400), copies: max(1, cards),
            mode: mode, reservationNumber: number)
        let receipts = (0..<cards).map { Receipt(copy: $0 + 1, serial: "\(place).\($0 + 1)", verified: true, at: at) }
        return Job(id: .random(), encoder: "front-desk", order: order, origin: origin, state: state, receipts: receipts, createdAt: at)
    }

    @Test(
        arguments: [
            ("nothing was cut", [], []),
            ("copies join the key", [job(1), job(2, "1001", .copy, cards: 2)], ["2.1", "2.2", "1.1"]),
            ("a new key stops those before it", [job(1), job(2, "1001", .copy), job(3)], ["3.1"]),
            ("anybody's new key does", [job(1), job(2, "2002")], []),
            ("nobody's too", [job(1), job(2, nil)], []),
            ("a copy after another's key opens", [job(1), job(2, "2002"), job(3, "1001", .copy)], ["3.1"]),
            ("what was cut before an order failed opens", [job(1, "1001", .new, cards: 2, .failed)], ["1.1", "1.2"]),
            ("and before it was cancelled", [job(1, "1001", .new, cards: 1, .cancelled)], ["1.1"]),
            ("an order that made no card stops none", [job(1), job(2, "1001", .new, cards: 0, .failed)], ["1.1"]),
            ("one that is not over counts not yet", [job(1), job(2, "1001", .new, cards: 1, .writing)], ["1.1"]),
            ("a key for one opening is no card", [job(1), job(2, "1001", .oneShot)], ["1.1"]),
            ("nor is a test's", [job(1), job(2, "1001", .new, origin: .testCard)], ["1.1"]),
            ("nor is another room's", [job(1), job(2, "1001", .new, room: "102")], ["1.1"]),
            ("what was accepted first may be cut last", [job(9), job(2, "1001", .copy)], ["9.1"]),
        ] as [(String, [Job], [String])])
    func openCards(what: String, jobs: [Job], serials: [String]) {
        #expect(CutCard.open("101", of: "1001", among: jobs).map(\.serial) == serials, "\(what)")
    }
}
