// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import TestKit
import Testing
import Transcripts

@testable import Drivers

private let image = blocks([4: guestBlock])
private let cards: [String: FakeCard] = [
    "one": .classic1K([0, 0, 0, 1]), "two": .classic1K([0, 0, 0, 2]), "three": .classic1K([0, 0, 0, 3]),
]

/// Which card is taken for which copy, and how long is waited for it.
@Suite struct CardWaitingTests {
    @Test func noCard_afterTheTimeLimit_lookingEachInterval() async throws {
        let reader = FakeReader([:], field: [nil])
        #expect(try await outcome(order(image), on: reader).outcome == "noCard untouched")
        #expect(reader.log.count { $0 == "select" } == 72)
        #expect(reader.rested == .seconds(18))

        let hasty = FakeReader([:], field: [nil])
        _ = try await outcome(order(image), on: hasty, settings: ["cardTimeout": "1s", "pollInterval": "100ms"])
        #expect(hasty.log.count { $0 == "select" } == 10)
    }

    @Test func lateCard_isWritten() async throws {
        let reader = FakeReader(cards, field: Array(repeating: nil, count: 71) + ["one"])
        let progress = RecordedProgress()
        #expect(try await outcome(order(image), on: reader, progress: progress).outcome == "done")
        #expect(
            progress.story.sightings == [
                CardPresence(.absent), CardPresence(.present, uid: "00000001", technology: "mifare-classic-1k"),
            ])
    }

    @Test func copies_goOnDifferentCards_andAreReportedAsTheyCome() async throws {
        let reader = FakeReader(cards, field: ["one", "one", nil, "two", nil, nil, "three"])
        let progress = RecordedProgress()
        let (result, outcome, _) = try await outcome(order(image, image, image), on: reader, progress: progress)
        #expect(outcome == "done")
        #expect(result?.receipts.map(\.serial) == ["00000001", "00000002", "00000003"])
        #expect(result?.receipts.map(\.copy) == [1, 2, 3])
        #expect(progress.story.prompts == ["1/3", "2/3", "3/3"])
        #expect(progress.story.finished.map(\.copy) == [1, 2])
        // A finished card that has not been taken away yet is nobody's mistake.
        #expect(progress.story.remarks == [])
    }

    @Test func sameCardPutBack_isNoticed_andAnotherOneWaitedFor() async throws {
        let reader = FakeReader(cards, field: ["one", nil, "one", "one", nil, "one", "two"])
        let progress = RecordedProgress()
        #expect(try await outcome(order(image, image), on: reader, progress: progress).outcome == "done")
        #expect(progress.story.remarks.count == 1)
        #expect(progress.story.remarks.first?.contains("another one") == true)
        #expect(reader.card("two")?.memory[4] == guestBlock)
    }

    @Test(arguments: [["one", nil, "one"], ["one"]])
    func sameCardToTheEnd_isRejected(field: [String?]) async throws {
        let (_, outcome, fault) = try await outcome(order(image, image), on: FakeReader(cards, field: field))
        #expect(outcome == "rejected untouched")
        #expect(fault?.cause == .sameCard)
        if case .rejected(let reason)? = fault?.kind { #expect(reason.contains("another one")) }
    }

    @Test func usedCardTakenAwayForGood_isNoCard() async throws {
        #expect(try await outcome(order(image, image), on: FakeReader(cards, field: ["one", nil])).outcome == "noCard untouched")
    }

    @Test func cardsOfBeforeARestart_areNotUsedAgain_norWrittenAgain() async throws {
        let finished = [Receipt(copy: 1, serial: "00000001", verified: true, at: Date())]
        let reader = FakeReader(cards, field: ["one", "two"])
        let progress = RecordedProgress()
        let (result, outcome, _) = try await outcome(order(image, image, finished: finished), on: reader, progress: progress)
        #expect(outcome == "done")
        #expect(result?.receipts.map(\.copy) == [2])
        #expect(progress.story.prompts == ["2/2"])
        #expect(progress.story.remarks.count == 1)
        #expect(reader.card("one")?.memory == [:])
    }

    @Test func keyOfAnEarlierOrder_isNotTouched_beforeItWasTakenAway() async throws {
        let left = EncoderTask.write(CardBatch(images: [image], leftBehind: "00000001"))
        let stays = FakeReader(cards, field: ["one"])
        let progress = RecordedProgress()
        #expect(try await outcome(left, on: stays, progress: progress).outcome == "noCard untouched")
        #expect(stays.card("one")?.memory == [:])
        #expect(progress.story.remarks == [Words.english(.keyLeftBehind)])
        let goes = FakeReader(cards, field: ["one", "one", "two"])
        #expect(try await outcome(left, on: goes).result?.receipts.map(\.serial) == ["00000002"])
        #expect(goes.card("one")?.memory == [:])
        // Lifted and put back it is meant.
        #expect(try await outcome(left, on: FakeReader(cards, field: ["one", nil, "one"])).outcome == "done")
    }

    @Test func eachCopy_getsItsOwnImage() async throws {
        let reader = FakeReader(cards, field: ["one", "two"])
        let other = [UInt8](repeating: 7, count: 16)
        #expect(try await outcome(order(image, blocks([8: other])), on: reader).outcome == "done")
        #expect(reader.card("one")?.memory == [4: guestBlock])
        #expect(reader.card("two")?.memory == [8: other])
    }

    @Test func look_tellsTheKindOfCard_orThatThereIsNone() async throws {
        #expect(try await FakeReader([:], field: [nil]).look() == CardPresence(.absent))
        #expect(try await FakeReader(.pages(.ntag215)).look().technology == "ntag215")
        #expect(try await FakeReader(.pages(.ultralight)).look().technology == "mifare-ultralight")
        var shut = FakeCard.pages(.ntag213)
        shut.protected = [0]
        #expect(try await FakeReader(shut).look().technology == "mifare-ultralight")
        var hasty = FakeCard.pages(.ntag213)
        hasty.leavesBefore = 1
        #expect(try await FakeReader(hasty).look() == CardPresence(.absent))
    }
}
