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

    private func answer(
        _ outcome: ErrandOutcome, content: ContentReading? = nil, keys: [EndedJob] = [], history: CardHistory? = nil,
        couldBeOf: @escaping (EndedJob) -> Bool? = { _ in nil }, _ words: Words = .english
    ) throws -> CardAnswer {
        let zone = try #require(TimeZone(identifier: "Europe/Prague"))
        return CardAnswer(
            CardFinding.Evidence(
                outcome: outcome, content: content, history: history, keys: keys, couldBeOf: couldBeOf, zone: zone, now: Self.now), words)
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
        ErrandOutcome(reading: ["kind": "guest key"]), ErrandOutcome(reading: ["tracks": "1"]), ErrandOutcome(),
        read("101", "2026-11-23 12:00"), ErrandOutcome(reading: ["rooms": "101"]),
    ])
    func card_isNeitherRightNorWrong_whenNothingOfItIsKnown(_ outcome: ErrandOutcome) throws {
        let unknown = try answer(outcome)
        #expect(unknown.isRight == nil && unknown.history == nil)
        #expect(unknown.sentences.last == "What can be read of this card does not tell which order it was cut for.")
        #expect(String(decoding: try JSONEncoder().encode(unknown), as: UTF8.self).contains("\"isRight\":null"))
    }

    /// What the lock system says of its own card is said in the hotel's language, never in that of the wire.
    @Test(arguments: [
        (["kind": "staff card"], WordKey.cardKindStaff, nil as Bool?), (["kind": "spare guest key"], .cardKindSpare, nil),
        (["kind": "guest key that is no longer valid"], .cardKindOver, false), (["state": "expired"], .cardKindOver, false),
        (["kind": "card that is not known here"], .cardKindStrange, nil), (["state": "not of this hotel"], .cardNoKey, false),
        (["card": "blank", "track 2": "empty"], .cardBlank, false),
    ])
    func lockSystemsWord_isSaid_inTheHotelsLanguage(_ reading: [String: String], _ key: WordKey, _ isRight: Bool?) throws {
        let answer = try answer(ErrandOutcome(reading: reading), Words(.german))
        #expect(answer.sentences == [Words(.german)(key)] && answer.isRight == isRight)
    }

    @Test func card_isNotRight_whenTheLockSystemSaysThatItIsCheckedOut() throws {
        var outcome = Self.read("101", "2026-11-23 12:00")
        outcome.reading["state"] = "checked out"
        let out = try answer(outcome, keys: [try Self.key(["101"], hours: 24, finished: -60)])
        #expect(out.isRight == false && out.sentences.last == Words.english(.cardKindOver))
    }

    /// As Visionline, InHova and FIAS write it.
    @Test(arguments: [
        ["validUntil": "202611231200"], ["validUntil": "23/11/2026", "validUntilTime": "12:00"], ["validUntil": "2026-11-23 12:00"],
        ["until": "261123", "untilTime": "120000"],
    ])
    func end_isRead_howeverTheLockSystemWritesIt(_ members: [String: String]) throws {
        let outcome = ErrandOutcome(reading: members.merging(["rooms": "101"]) { first, _ in first })
        #expect(try answer(outcome, keys: [try Self.key(["101"], hours: 24, finished: -60)]).isRight == true)
    }

    @Test(arguments: ["2026-11-31 12:00", "soon", "2026-11-23", "202613231200", "٢٠٢٦-11-23 12:00"])
    func end_isSaidToBeUnknown_whenItIsNoDate(_ text: String) throws {
        let said = try answer(Self.read("101", text), keys: [try Self.key(["101"], hours: 24, finished: -60)])
        #expect(said.isRight == nil && said.sentences.first == "Opens: 101. Until when it is valid cannot be read from it.")
    }

    @Test func cardWithASerialNumber_isForeign_whenNoOrderHasIt() throws {
        let foreign = try answer(ErrandOutcome(card: CardPresence(.present, uid: "04A1"), reading: ["kind": "MIFARE Classic 1K"]))
        #expect(foreign.isRight == false)
        #expect(foreign.sentences == ["This card was not cut here."])
    }
}
