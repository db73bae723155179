// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import TestKit
import Testing

@testable import LockServer

/// What the facades remember, with a journal that cannot be read, says nothing, or is slow.
@Suite(.timeLimit(.minutes(6))) struct JournalShelfTests {
    private let journal = MemoryJournal()

    private func shelf(patience: Duration = .seconds(20)) -> JournalShelf<[String]> {
        JournalShelf(journal, fact: .fiasKeys, empty: [], patience: patience)
    }

    private func kept() async throws -> [String] { try await shelf().read() }

    @Test func whatIsKept_isNotWrittenOver_whenItCouldNotBeReadAtFirst() async throws {
        try await shelf().change { $0.append("before") }
        let shelf = shelf()
        await journal.fail(JournalFault("locked", .locked))
        await #expect(throws: JournalFault.self) { try await shelf.read() }
        await #expect(throws: JournalFault.self) { try await shelf.change { $0.append("meanwhile") } }
        await journal.fail(nil)
        try await shelf.change { $0.append("after") }
        #expect(try await shelf.read() == ["before", "meanwhile", "after"])
        #expect(try await kept() == ["before", "meanwhile", "after"])
    }

    @Test func twoWhoReadAtOnce_loseNoChange() async throws {
        try await shelf().change { $0.append("before") }
        let shelf = shelf()
        await journal.holdFacts(true)
        let changes = (0..<8).map { number in Task { try await shelf.change { $0.append("\(number)") } } }
        let reading = Task { try await shelf.read() }
        await journal.holdFacts(false)
        for change in changes { try await change.value }
        _ = try await reading.value
        #expect(try await shelf.read().sorted() == ["0", "1", "2", "3", "4", "5", "6", "7", "before"])
        #expect(try await kept() == shelf.read())
    }

    @Test func silentDisk_isAFault_andTheChangeIsKeptLater() async throws {
        let shelf = shelf(patience: .milliseconds(50))
        _ = try await shelf.read()
        await journal.holdFacts(true)
        await #expect(throws: JournalFault.self) { try await shelf.change { $0.append("one") } }
        await #expect(throws: JournalFault.self) { try await shelf.change { $0.append("two") } }
        #expect(try await shelf.read() == ["one", "two"])
        await journal.holdFacts(false)
        // Its own patience is short, and the machine may be busy: what counts is what stands in the journal in the end.
        try? await shelf.change { $0.append("three") }
        let end = ContinuousClock.now + .seconds(60)
        while try await kept().count < 3, ContinuousClock.now < end { await Task.yield() }
        #expect(try await kept() == ["one", "two", "three"])
    }

    @Test func changes_areNotHeldWithoutEnd_whileTheJournalCannotBeRead() async throws {
        let shelf = shelf()
        await journal.fail(JournalFault("locked", .locked))
        let most = JournalShelf<[String]>.mostHeld
        for number in 0..<most + 10 { try? await shelf.change { $0.append("\(number)") } }
        await journal.fail(nil)
        #expect(try await shelf.read().count == most)
    }

    @Test func departures_areBounded_andTheNewestStay() {
        var book = KeyBook()
        let now = Date(timeIntervalSince1970: 1_795_266_000)
        for number in 0..<5_010 { book.leave("101", "\(number)", at: now) }
        #expect(!book.hasLeft("101", "9", madeAt: now))
        #expect(book.hasLeft("101", "10", madeAt: now) && book.hasLeft("101", "5009", madeAt: now))
    }
}
