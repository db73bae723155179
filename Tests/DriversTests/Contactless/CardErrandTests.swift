// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import TestKit
import Testing
import Transcripts

@testable import Drivers

/// Reading and erasing.
@Suite struct CardErrandTests {
    @Test func read_givesWhatTheKeyOpens_withoutMakersBlockAndTrailers() async throws {
        var card = FakeCard.classic1K()
        card.memory = [0: guestBlock, 4: guestBlock, 7: guestBlock]
        card.keys[3] = (doorKey, doorKey)
        card.protected = [20]
        let (result, _, _) = try await outcome(.read, on: FakeReader(card))
        guard case .blocks(let image)? = result?.image else {
            Issue.record("no blocks were read")
            return
        }
        #expect(image.blocks[4] == guestBlock)
        #expect(image.blocks.count == 16 * 3 - 1 - 6)
        #expect(image.blocks[0] == nil && image.blocks[7] == nil && image.blocks[12] == nil)
        #expect(result?.reading == ["kind": "mifare-classic-1k", "sectors": "0 to 2, 4, 6 to 15", "closedSectors": "3, 5"])
        #expect(result?.card?.uid == "DEADBE01")
    }

    /// A layout's card has a key of its own on its sectors: it could not be read back without it.
    @Test func read_opensSectorsWithTheLayoutsKeyToo() async throws {
        var card = FakeCard.classic1K()
        card.memory = [4: guestBlock, 12: guestBlock]
        card.keys[3] = (doorKey, doorKey)
        var keys = CardKeys(["door": doorKey])
        keys.layoutKey = CardKeys.LayoutKey(name: "door", kind: .a)
        let site = try ContactlessSettings(DriverSettings(keys: keys))
        let result = try await CardWork(FakeReader(card), site).perform(.read, progress: RecordedProgress())
        guard case .blocks(let image)? = result.image else {
            Issue.record("no blocks were read")
            return
        }
        #expect(image.blocks[4] == guestBlock && image.blocks[12] == guestBlock && result.content == .whole)
    }

    @Test func read_givesTheUsersPages() async throws {
        var card = FakeCard.pages(.ntag213)
        card.memory[39] = [1, 2, 3, 4]
        let (result, _, _) = try await outcome(.read, on: FakeReader(card))
        guard case .pages(let image)? = result?.image else {
            Issue.record("no pages were read")
            return
        }
        #expect(image.pages.keys.sorted() == Array(4...39))
        #expect(image.pages[39] == [1, 2, 3, 4])
    }

    @Test func read_stopsAtAProtectedPage() async throws {
        var card = FakeCard.pages(.ntag213)
        card.protected = [16, 20]
        let (result, outcome, _) = try await outcome(.read, on: FakeReader(card))
        #expect(outcome == "done")
        #expect(result?.reading["pages"] == "4 to 15")
        #expect(result?.reading["protectedPages"] == "16 to 39")
    }

    @Test func read_tellsUIDAndKind_ofACardWithoutContentForUs() async throws {
        let card = FakeCard(uid: [1, 2, 3, 4], technology: .other(sak: 0x20), selectsAs: .other(sak: 0x20))
        let (result, outcome, _) = try await outcome(.read, on: FakeReader(card))
        #expect(outcome == "done")
        #expect(result?.card == CardPresence(.present, uid: "01020304", technology: "iso14443a"))
        #expect(result?.image == nil)
    }

    @Test func erase_zeroesWhatTheKeyOpens_andLeavesKeysAlone() async throws {
        var card = FakeCard.classic1K()
        card.memory = [0: guestBlock, 1: guestBlock, 4: guestBlock, 7: guestBlock, 12: guestBlock]
        card.keys[3] = (doorKey, doorKey)
        let reader = FakeReader(card)
        let (result, outcome, _) = try await outcome(.erase, on: reader)
        #expect(outcome == "done")
        let zeros = [UInt8](repeating: 0, count: 16)
        #expect(reader.card()?.memory == [0: guestBlock, 1: zeros, 4: zeros, 7: guestBlock, 12: guestBlock])
        #expect(reader.log.filter { $0.hasPrefix("write") } == ["write 1", "write 4"])
        #expect(result?.reading["closedSectors"] == "3")
    }

    @Test func erase_zeroesTheUsersPages() async throws {
        var card = FakeCard.pages(.ultralight)
        card.memory[9] = [1, 2, 3, 4]
        let reader = FakeReader(card)
        #expect(try await outcome(.erase, on: reader).outcome == "done")
        #expect(reader.card()?.memory[9] == [0, 0, 0, 0])
        #expect(reader.log.filter { $0.hasPrefix("write") } == ["write 9"])
    }

    /// What a card says of its size is content: on a smaller card the pages behind its own are locks and passwords.
    @Test(arguments: [
        (CardTechnology.ntag213, CardTechnology.ntag216, 39), (.ntag213, .ntag215, 39), (.ntag215, .ntag216, 129), (.ntag212, .ntag213, 35),
        (.ntag212, .ntag216, 35), (.ultralight, .ntag216, 15), (.ultralight, .ntag213, 15), (.ultralightC, .ntag213, 39),
        (.ultralightC, .ntag216, 39), (.ntag216, .ntag213, 39),
    ])
    func pagesBehindTheUsers_areNeverWritten_whateverTheCardClaims(
        real: CardTechnology, claim: CardTechnology, lastUserPage: Int
    ) async throws {
        var full = FakeCard.pages(real, claim: claim)
        for page in 4..<(real.pages?.all.upperBound ?? 16) { full.memory[page] = [1, 2, 3, 4] }
        let reader = FakeReader(full)
        let (result, word, _) = try await outcome(.erase, on: reader)
        let written = reader.log.filter { $0.hasPrefix("write") }.compactMap { Int($0.dropFirst(6)) }
        if word == "done" {
            #expect(written.max() == lastUserPage)
            #expect(result?.reading["pages"] == "4 to \(lastUserPage)")
        } else {
            // A card without a single page of what it claims cannot be told from one that lets nobody read.
            #expect(real == .ultralight && word == "notWritable untouched" && written == [])
        }
        let behind = lastUserPage + 2
        let order = EncoderTask.write(CardBatch(images: [.pages(PageImage(pages: [behind: [0, 0, 0, 0]]))]))
        let again = FakeReader(.pages(real, claim: claim))
        let (_, refused, fault) = try await outcome(order, on: again)
        #expect(refused == "unsupportedCard untouched" || fault?.kind.code == "rejected", "\(refused)")
        #expect(again.log.filter { $0.hasPrefix("write") } == [])
    }

    /// NTAG213 with AUTH0 = 6 and PROT = 1: reading goes on with page 0 behind the last page that is free.
    @Test func read_givesNoRollOver_andNamesTheProtectedPages() async throws {
        var card = FakeCard.pages(.ntag213)
        card.memory[4] = [1, 2, 3, 4]
        card.memory[5] = [5, 6, 7, 8]
        card.protected = Set(6...44)
        let (result, word, _) = try await outcome(.read, on: FakeReader(card))
        #expect(word == "done")
        #expect(result?.image == .pages(PageImage(pages: [4: [1, 2, 3, 4], 5: [5, 6, 7, 8]])))
        #expect(result?.reading["pages"] == "4 to 5")
        #expect(result?.reading["protectedPages"] == "6 to 39")
        #expect(result?.content == .partly)
    }

    /// Content may look like the card's first page.
    @Test func read_keepsContentThatLooksLikePage0() async throws {
        var card = FakeCard.pages(.ntag213)
        card.memory[6] = card.memory[0]
        let (result, _, _) = try await outcome(.read, on: FakeReader(card))
        #expect(result?.reading["pages"] == "4 to 39")
        #expect(result?.content == .whole)
    }

    @Test(arguments: [
        (EncoderTask.erase, FakeCard.classic1K(key: doorKey), "notWritable untouched"),
        (.read, .classic1K(key: doorKey), "notWritable untouched"),
        (.erase, FakeCard(uid: [1, 2, 3, 4], technology: .other(sak: 0x20), selectsAs: .other(sak: 0x20)), "unsupportedCard untouched"),
        (.reset, .classic1K(), "rejected untouched"), (.checkOut(lockID: "101"), .classic1K(), "rejected untouched"),
    ])
    func errand_isRefused(task: EncoderTask, card: FakeCard, wanted: String) async throws {
        #expect(try await outcome(task, on: FakeReader(card)).outcome == wanted)
    }

    @Test(arguments: [EncoderTask.read, .erase])
    func errand_isNoCard_whenNoneComes(task: EncoderTask) async throws {
        #expect(try await outcome(task, on: FakeReader([:], field: [nil])).outcome == "noCard untouched")
    }

    @Test func cardLiftedWhileErasing_isRemovedEarly() async throws {
        var card = FakeCard.classic1K()
        card.memory[4] = guestBlock
        // Authenticate, read 1, 2, authenticate, read 4, write 4, read 4.
        for (leaves, wanted) in [(2, "cardRemovedEarly untouched"), (7, "cardRemovedEarly unknown")] {
            card.leavesBefore = leaves
            #expect(try await outcome(.erase, on: FakeReader(card)).outcome == wanted)
        }
    }
}
