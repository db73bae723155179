// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@testable import LocalEndpoint

/// What a clerk is told of a card, from what the encoder reads and the journal knows. The hotel is in Prague.
struct CardAnswerTests {
    private static let now = Date(timeIntervalSince1970: 1_795_345_200)  // 2026-11-22 12:00 in Prague

    private static func key(_ rooms: [String], hours: Double, mode: KeyMode = .new, finished: TimeInterval) throws -> EndedJob {
        try #require(
            EndedJob(
                Job(
                    id: .random(), encoder: "desk",
                    order: KeyOrder(lockIds: rooms, validFrom: now - 86_400, validUntil: now + hours * 3600, mode: mode), origin: .mews,
                    state: .done, createdAt: now + finished, finishedAt: now + finished)))
    }

    private func answer(_ outcome: ErrandOutcome, keys: [EndedJob] = [], history: CardHistory? = nil) throws -> CardAnswer {
        let zone = try #require(TimeZone(identifier: "Europe/Prague"))
        let reading = CardReading(outcome.reading, zone: zone)
        let knowledge: CardFinding =
            outcome.card?.uid != nil ? history.map(CardFinding.order) ?? .foreign : reading.map { CardFinding($0, keys: keys) } ?? .unknown
        return CardAnswer(outcome, knowledge, .english, zone: zone, now: Self.now)
    }

    private static func read(_ rooms: String, _ until: String) -> ErrandOutcome {
        ErrandOutcome(reading: ["kind": "guest key", "rooms": rooms, "validUntil": until])
    }

    @Test func lockMakersCard_isRight_whenTheNewestKeyOfItsRoomsReadsAsItDoes() throws {
        let keys = [
            try Self.key(["101", "Pool"], hours: 24, mode: .copy, finished: -3000),
            try Self.key(["101", "Pool"], hours: 24, finished: -3600),
        ]
        let right = try answer(Self.read("101, Pool", "2026-11-23 12:00"), keys: keys)
        #expect(right.isRight == true)
        #expect(right.sentences == ["Opens: 101, Pool. Until: 2026-11-23 12:00.", "This card is right."])
        // FIAS says it in two fields.
        let fias = ErrandOutcome(reading: ["rooms": "101", "until": "261123", "untilTime": "120000"])
        #expect(try answer(fias, keys: keys).isRight == true)
    }

    @Test func lockMakersCard_isNotRight_whenANewerKeyWasCut_orItsTimeIsOver() throws {
        let newer = try Self.key(["101"], hours: 48, finished: -60)
        let older = try Self.key(["101"], hours: 24, finished: -3600)
        let replaced = try answer(Self.read("101", "2026-11-23 12:00"), keys: [newer, older])
        #expect(replaced.isRight == false)
        #expect(replaced.sentences.last == "A newer key was cut for room 101: this card may no longer open.")
        let over = try answer(Self.read("101", "2026-11-22 11:00"), keys: [try Self.key(["101"], hours: -1, finished: -86_000)])
        #expect(over.isRight == false)
    }

    @Test func lockMakersCard_saysHowItDiffers_whenNoKeyOfItsRoomsEndsAsItDoes() throws {
        let differs = try answer(Self.read("101", "2026-12-01 10:00"), keys: [try Self.key(["101"], hours: 24, finished: -60)])
        #expect(differs.isRight == false)
        #expect(
            differs.sentences == [
                "Opens: 101. Until: 2026-12-01 10:00.", "The newest key for room 101 ends 2026-11-23 12:00: this card is another one.",
            ])
    }

    @Test(arguments: [
        ErrandOutcome(reading: ["kind": "staff card"]), ErrandOutcome(reading: ["card": "blank"]), ErrandOutcome(),
        read("101", "2026-11-23 12:00"), ErrandOutcome(reading: ["rooms": "101"]),
    ])
    func card_isNeitherRightNorWrong_whenNothingOfItIsKnown(_ outcome: ErrandOutcome) throws {
        let unknown = try answer(outcome)
        #expect(unknown.isRight == nil && unknown.history == nil)
        #expect(unknown.sentences.last == "What can be read of this card does not tell which order it was cut for.")
        #expect(String(decoding: try JSONEncoder().encode(unknown), as: UTF8.self).contains("\"isRight\":null"))
    }

    @Test func cardWithASerialNumber_isForeign_whenNoOrderHasIt() throws {
        let foreign = try answer(ErrandOutcome(card: CardPresence(.present, uid: "04A1"), reading: ["kind": "MIFARE Classic 1K"]))
        #expect(foreign.isRight == false)
        #expect(foreign.sentences == ["This card was not cut here."])
    }
}
