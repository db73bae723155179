// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import TestKit
import Testing
import Transcripts

@testable import Drivers

let doorKey: [UInt8] = [0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5]
let guestBlock = [UInt8](0x30..<0x40)

func cardWork(_ reader: FakeReader, _ settings: [String: String] = [:]) throws -> CardWork<FakeReader> {
    CardWork(reader, try ContactlessSettings(DriverSettings(settings, keys: CardKeys(["door": doorKey, "short": [1, 2]]))))
}

/// What came of a task: the faults as `kind card`.
func outcome(
    _ task: EncoderTask, on reader: FakeReader, settings: [String: String] = [:], progress: RecordedProgress = RecordedProgress()
) async throws -> (result: TaskResult?, outcome: String, fault: Fault?) {
    let work = try cardWork(reader, settings)
    do throws(Fault) {
        return (try await work.perform(task, progress: progress), "done", nil)
    } catch {
        return (nil, "\(error.kind.code) \(error.card.rawValue)", error)
    }
}

func order(_ images: CardImage..., finished: [Receipt] = []) -> EncoderTask { .write(CardBatch(images: images, finished: finished)) }
func blocks(_ blocks: [Int: [UInt8]], key: String? = nil, keyKind: BlockImage.KeyKind? = nil, allowed: Set<CardHazard> = []) -> CardImage {
    .blocks(BlockImage(blocks: blocks, key: key, keyKind: keyKind, allowed: allowed))
}
func pages(_ pages: [Int: [UInt8]], allowed: Set<CardHazard> = []) -> CardImage { .pages(PageImage(pages: pages, allowed: allowed)) }

private let soundTrailer = doorKey + [0xFF, 0x07, 0x80, 0x69] + doorKey

@Suite struct CardWorkTests {
    @Test func classic_isWrittenAndReadBack_withOneAuthenticationASector() async throws {
        let reader = FakeReader(.classic1K())
        let (result, outcome, _) = try await outcome(order(blocks([4: guestBlock, 6: guestBlock])), on: reader)
        #expect(outcome == "done")
        #expect(reader.log == ["select", "auth 4 A", "write 4", "write 6", "read 4", "read 6"])
        #expect(reader.card()?.memory == [4: guestBlock, 6: guestBlock])
        #expect(result?.receipts.map(\.serial) == ["DEADBE01"])
        #expect(result?.receipts.allSatisfy(\.verified) == true)
        #expect(reader.signals == [.waiting, .working, .ok])
    }

    @Test func classic_usesTheKeyOfTheImage_thenTheSetting() async throws {
        var card = FakeCard.classic1K()
        card.keys[1] = (FakeCard.factory, doorKey)
        for (image, settings) in [
            (blocks([4: guestBlock], key: "door", keyKind: .b), [:]), (blocks([4: guestBlock]), ["key": "door", "keyKind": "B"]),
        ] {
            let reader = FakeReader(card)
            #expect(try await outcome(order(image), on: reader, settings: settings).outcome == "done")
            #expect(reader.log.contains("auth 4 B"))
        }
    }

    @Test(arguments: [CardTechnology.ultralight, .ntag213, .ntag215, .ntag216])
    func pages_areWrittenAndReadBack(technology: CardTechnology) async throws {
        let reader = FakeReader(.pages(technology))
        let progress = RecordedProgress()
        let (result, outcome, _) = try await outcome(
            order(pages([4: [1, 2, 3, 4], 15: [5, 6, 7, 8]])), on: reader, progress: progress)
        #expect(outcome == "done")
        let proof = technology == .ultralight ? [] : ["read \((technology.pages?.all.upperBound ?? 0) - 1)"]
        #expect(reader.log == ["select", "read 0"] + proof + ["write 4", "write 15", "read 4", "read 15"])
        #expect(reader.card()?.memory[15] == [5, 6, 7, 8])
        #expect(result?.receipts.first?.serial == "04010203040506")
        #expect(progress.story.sightings == [CardPresence(.present, uid: "04010203040506", technology: technology.name)])
    }

    /// Refused before anything is sent to card or encoder.
    @Test(arguments: [
        (blocks([4: guestBlock], key: "nobody"), "nobody"), (blocks([4: guestBlock], key: "short"), "6 bytes"),
        (blocks([0: guestBlock]), "block 0"), (blocks([7: soundTrailer]), "keys of its sector"),
        (blocks([143: soundTrailer]), "keys of its sector"),
        (blocks([7: guestBlock], allowed: [.sectorTrailers]), "contradict"), (blocks([4: [1, 2]]), "16 bytes"),
        (blocks([0: guestBlock], allowed: [.sectorTrailers]), "block 0"), (blocks([:]), "empty"),
        (pages([2: [0, 0, 0, 0]]), "lock bits"), (pages([4: [0]]), "4 bytes"),
        (CardImage.magnetic(MagneticImage(tracks: [1: "A"])), "contactless"),
    ])
    func image_isRejectedUnsent(image: CardImage, sentence: String) async throws {
        let reader = FakeReader(.classic1K())
        let (_, outcome, fault) = try await outcome(order(image), on: reader)
        #expect(outcome == "rejected untouched")
        if case .rejected(let reason)? = fault?.kind { #expect(reason.contains(sentence)) }
        #expect(reader.log == [])
    }

    @Test(arguments: [
        (FakeCard.classic1K(), pages([4: [1, 2, 3, 4]])), (.classic1K(), blocks([64: guestBlock])),
        (.pages(.ntag213), blocks([4: guestBlock])),
        (.pages(.ultralight), pages([16: [1, 2, 3, 4]])), (.pages(.ntag213), pages([40: [1, 2, 3, 4]])),
        (.pages(.ntag213), pages([45: [1, 2, 3, 4]], allowed: [.lockPages])),
        (FakeCard(uid: [1, 2, 3, 4], technology: .other(sak: 0x20), selectsAs: .other(sak: 0x20)), blocks([4: guestBlock])),
    ])
    func card_isUnsupported_whenTheImageDoesNotFit(card: FakeCard, image: CardImage) async throws {
        let reader = FakeReader(card)
        #expect(try await outcome(order(image), on: reader).outcome == "unsupportedCard untouched")
        #expect(!reader.log.contains { $0.hasPrefix("write") })
    }

    @Test func hazards_areWritten_whenTheLayoutAllowsThem() async throws {
        let classic = FakeReader(.classic1K())
        let image = blocks([0: guestBlock, 4: guestBlock, 7: soundTrailer], allowed: [.sectorTrailers, .manufacturerBlock])
        #expect(try await outcome(order(image), on: classic).outcome == "done")
        #expect(classic.log.filter { $0.hasPrefix("write") } == ["write 0", "write 4", "write 7"])
        #expect(classic.log.last == "read 7")

        let ntag = FakeReader(.pages(.ntag213))
        let locked = pages([2: [0, 0, 0xF0, 0xFF], 4: [1, 1, 1, 1], 40: [0xFF, 0, 0, 0], 43: [9, 9, 9, 9]], allowed: [.lockPages])
        #expect(try await outcome(order(locked), on: ntag).outcome == "done")
        #expect(ntag.log.filter { $0.hasPrefix("write") } == ["write 4", "write 40", "write 43", "write 2"])
    }

    @Test func lockPage_failsVerification_whenItsBitsAreNotSet() async throws {
        var card = FakeCard.pages(.ntag213)
        card.badWrites = 1
        let reader = FakeReader(card)
        let image = pages([3: [0xE1, 0x10, 0x12, 0]], allowed: [.lockPages])
        #expect(try await outcome(order(image), on: reader).outcome == "verifyFailed written")
        #expect(reader.log.filter { $0.hasPrefix("write") } == ["write 3"])
    }

    /// The first of two blocks comes out wrong so often.
    @Test(arguments: [(1, "done", ["write 4", "write 5", "write 4"]), (3, "verifyFailed written", ["write 4", "write 5", "write 4"])])
    func wrongBlock_isWrittenOnceMore(badWrites: Int, wanted: String, writes: [String]) async throws {
        var card = FakeCard.classic1K()
        card.badWrites = badWrites
        let reader = FakeReader(card)
        #expect(try await outcome(order(blocks([4: guestBlock, 5: guestBlock])), on: reader).outcome == wanted)
        #expect(reader.log.filter { $0.hasPrefix("write") } == writes)
    }

    @Test func wrongKey_isNotWritable_andTheCardIsSelectedAgain() async throws {
        let reader = FakeReader(.classic1K(key: doorKey))
        let (_, outcome, fault) = try await outcome(order(blocks([4: guestBlock])), on: reader)
        #expect(outcome == "notWritable untouched")
        #expect(fault?.detail == "sector 1: 14")
        #expect(reader.log == ["select", "auth 4 A", "select"])
        #expect(reader.signals.last == .failed)
    }

    @Test func wrongKeyOfTheSecondSector_leavesTheCardInDoubt() async throws {
        var card = FakeCard.classic1K()
        card.keys[2] = (doorKey, doorKey)
        #expect(try await outcome(order(blocks([4: guestBlock, 8: guestBlock])), on: FakeReader(card)).outcome == "notWritable unknown")
    }

    /// Commands of a job for blocks 4 and 5: authenticate, write, write, read, read.
    @Test(arguments: [(1, "untouched"), (2, "unknown"), (3, "unknown"), (4, "unknown"), (5, "unknown")], [false, true])
    func cardLifted_isRemovedEarly(before: (command: Int, card: String), writes: Bool) async throws {
        var card = FakeCard.classic1K()
        card.leavesBefore = before.command
        card.writesWhenLeaving = writes
        let (_, outcome, _) = try await outcome(order(blocks([4: guestBlock, 5: guestBlock])), on: FakeReader(card))
        #expect(outcome == "cardRemovedEarly \(before.card)")
    }

    @Test func refusedPage_isNotWritable_whenTheCardIsSeenAgain() async throws {
        var card = FakeCard.pages(.ultralight)
        card.readOnly = [4]
        let (_, outcome, fault) = try await outcome(order(pages([4: [1, 2, 3, 4]])), on: FakeReader(card))
        #expect(outcome == "notWritable unknown")
        #expect(fault?.detail == "page 4: 13")
    }

    @Test(arguments: [
        ("write", Fault(.timeout, card: .unknown), "timeout unknown"), ("read 4", Fault(.malformedReply), "malformedReply unknown"),
        ("auth", Fault(.offline), "offline untouched"), ("rest", Fault(.cancelled), "done"),
    ])
    func lineFaults_passThrough_withWhatIsKnownOfTheCard(command: String, fault: Fault, wanted: String) async throws {
        let reader = FakeReader(.classic1K())
        reader.fail(at: command, with: fault)
        #expect(try await outcome(order(blocks([4: guestBlock])), on: reader).outcome == wanted)
    }

    @Test func keyBytes_appearNowhere() async throws {
        let settings = try ContactlessSettings(DriverSettings(["key": "door"], keys: CardKeys(["door": doorKey])))
        let plan = try CardPlan(blocks([4: guestBlock]), settings)
        var dumped = ""
        dump(try settings.sectorKey(), to: &dumped)
        dump(settings, to: &dumped)
        let texts = [
            "\(settings)", "\(try settings.sectorKey())", String(reflecting: try settings.sectorKey()), dumped,
            "\(plan)".replacing("\(guestBlock)", with: ""),
        ]
        for text in texts { #expect(!text.contains("160") && !text.uppercased().contains("A0A1"), "\(text)") }
    }
}
