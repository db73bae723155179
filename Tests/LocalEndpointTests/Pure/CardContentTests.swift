// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@testable import LocalEndpoint

/// What a clerk is told of a card whose content a layout of the site was held against. The hotel is in Prague, the time is noon there.
struct CardContentTests {
    private static let now = Date(timeIntervalSince1970: 1_795_345_200)  // 2026-11-22 12:00 in Prague
    private static let serial = ErrandOutcome(card: CardPresence(.present, uid: "04A1"), reading: ["kind": "mifare-classic-1k"])
    private static let stripe = ErrandOutcome(reading: ["track 2": "23 characters"])

    private static func key(_ room: String = "101", from: Double = -24, hours: Double = 24) -> ContentReading {
        .key(KeyContent(layout: "door", rooms: [room], validFrom: now + from * 3600, validUntil: now + hours * 3600))
    }

    private static func job(_ room: String = "101", hours: Double = 24, finished: TimeInterval = -3600) throws -> EndedJob {
        try #require(
            EndedJob(
                Job(
                    id: .random(), encoder: "bar",
                    order: KeyOrder(lockIds: [room], validFrom: now - 86_400, validUntil: now + hours * 3600), origin: .mews, state: .done,
                    createdAt: now + finished, finishedAt: now + finished)))
    }

    private func answer(
        _ outcome: ErrandOutcome, _ content: ContentReading, history: EndedJob? = nil, keys: [EndedJob] = [], fits: EndedJob? = nil
    ) throws -> CardAnswer {
        let zone = try #require(TimeZone(identifier: "Europe/Prague"))
        return CardAnswer(
            CardFinding.Evidence(
                outcome: outcome, content: content, history: history.map { CardHistory(order: $0, isReplaced: false) }, keys: keys,
                couldBeOf: { $0.job == fits?.job }, zone: zone, now: Self.now), .english)
    }

    @Test func cardOfAnotherDesk_saysWhatItOpensAndUntilWhen_andNothingThatNobodyKnowsHere() throws {
        for outcome in [Self.serial, Self.stripe] {
            let other = try answer(outcome, Self.key())
            #expect(other.isRight == nil && other.history == nil && other.content?.rooms == ["101"])
            #expect(
                other.sentences == [
                    "Opens: 101. Until: 2026-11-23 12:00.",
                    "No order for this card is known here: it may have been cut at another desk.",
                ])
            // Last week's key of the room, cut here, says nothing of today's card.
            let later = try answer(outcome, Self.key(), keys: [Self.job(hours: -48)])
            #expect(later.isRight == nil && later.sentences == other.sentences)
        }
    }

    @Test func cardOfAnotherDesk_isNotRight_whenItsTimeIsOver_andSaysFromWhenItIsValid() throws {
        let over = try answer(Self.serial, Self.key(hours: -1))
        #expect(over.isRight == false && over.sentences.last == "Its time is over: cut a new key if the guest stays.")
        let early = try answer(Self.serial, Self.key(from: 3))
        #expect(early.isRight == nil && early.sentences.last == "It is valid from 2026-11-22 15:00 only.")
    }

    @Test func cardOfASwipeReader_isFoundByItsContent_andIsRightOrReplaced() throws {
        let order = try Self.job()
        let right = try answer(Self.stripe, Self.key(), keys: [order], fits: order)
        #expect(right.isRight == true && right.history?.order == order)
        let replaced = try answer(Self.stripe, Self.key(), keys: [Self.job(hours: 48, finished: -60), order], fits: order)
        #expect(replaced.isRight == false && replaced.sentences.last == "A newer key was cut for room 101: this card may no longer open.")
        let other = try answer(Self.stripe, Self.key(hours: 12), keys: [order])
        #expect(
            other.isRight == false && other.sentences.last == "The newest key for room 101 ends 2026-11-23 12:00: this card is another one."
        )
    }

    @Test func card_thatWasCutHere_isRight_onlyAsLongAsItsContentIsThatOfItsOrder() throws {
        let order = try Self.job()
        #expect(try answer(Self.serial, Self.key(), history: order, fits: order).isRight == true)
        let rewritten = try answer(Self.serial, Self.key("102"), history: order)
        #expect(rewritten.isRight == nil)
        #expect(
            rewritten.sentences == [
                "Opens: 102. Until: 2026-11-23 12:00.", "This card was cut for room 101 before, and another key is on it now.",
            ])
        let blank = try answer(Self.serial, .blank, history: order)
        #expect(blank.isRight == false && blank.sentences == ["This card is blank."] && blank.history?.order == order)
        // An order may have brought content of its own, which no layout knows.
        let strange = try answer(Self.serial, .foreign, history: order)
        #expect(strange.isRight == nil)
        #expect(strange.sentences.last == Words.english(.cardContentUnknown, ["rooms": "room 101"]))
        // Too little was read to say more than the serial number does.
        #expect(try answer(Self.serial, .unreadable, history: order).isRight == true)
    }

    @Test func card_withOtherContent_isForeign() throws {
        for outcome in [Self.serial, Self.stripe] {
            let foreign = try answer(outcome, .foreign)
            #expect(foreign.isRight == false && foreign.sentences == ["There is no key of this hotel on this card."])
        }
    }

    @Test func field_thatCannotBeReadBack_isSaidToBeUnknown() throws {
        let content = ContentReading.key(KeyContent(layout: "door"))
        let unknown = try answer(Self.serial, content)
        #expect(unknown.sentences.first == "Which room it opens cannot be read from it. Until when it is valid cannot be read from it.")
        let json = String(decoding: try JSONEncoder().encode(unknown), as: UTF8.self)
        #expect(json.contains("\"rooms\":null") && json.contains("\"validUntil\":null"))
    }
}
