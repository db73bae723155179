// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Synchronization
import Testing

/// The test of one card: only one that is nobody's is written.
@Suite struct TestRoundTests {
    /// A card on an encoder that writes it, or does not.
    private actor Shelf: CardBench {
        typealias Trouble = Fault
        var content: CardImage
        let writes: Bool
        let guestsKey: CardImage?
        private(set) var deeds: [String] = []

        /// - Parameter guestsKey: what another order writes over what the test wrote.
        init(_ content: CardImage, writes: Bool = true, guestsKey: CardImage? = nil) {
            self.content = content
            self.writes = writes
            self.guestsKey = guestsKey
        }

        func read() throws(Fault) -> ErrandOutcome {
            deeds.append("read")
            return ErrandOutcome(card: CardPresence(.present, uid: "A1", technology: "ntag213"), image: content, content: .whole)
        }

        func erase() throws(Fault) { deeds.append("erase") }

        func write(_ image: CardImage) throws(Fault) -> Receipt {
            deeds.append("write")
            if writes { content = guestsKey ?? image }
            return Receipt(copy: 1, verified: true, at: Date(timeIntervalSince1970: 0))
        }
    }

    private static func pages(_ byte: UInt8) -> CardImage {
        .pages(PageImage(pages: Dictionary(uniqueKeysWithValues: (4...12).map { ($0, [byte, byte, byte, byte]) })))
    }

    private func round(on shelf: Shelf, erases: Bool = true) async throws -> TestRound.Outcome {
        try await TestRound(say: { _ in }).card(on: shelf, erases: erases)
    }

    @Test func blankCard_isWrittenReadBackAndMadeBlank() async throws {
        let shelf = Shelf(Self.pages(0))
        let outcome = try await round(on: shelf)
        #expect(outcome.verdict == .good)
        #expect(await shelf.deeds == ["read", "write", "read", "erase"])
        #expect(outcome.steps.first?.text == "read (ntag213)" && outcome.steps.last?.text.hasPrefix("GOOD") == true)
    }

    @Test func card_staysAsItIs_whenItIsSomeones() async throws {
        let shelf = Shelf(Self.pages(0x42))
        let outcome = try await round(on: shelf)
        #expect(outcome.verdict == .notTouched && !outcome.isGood)
        #expect(await shelf.deeds == ["read"])
        #expect(outcome.steps.last?.text.contains("NOT TOUCHED") == true)
    }

    @Test func encoder_isBad_whenTheCardDoesNotHoldWhatWasWritten() async throws {
        let shelf = Shelf(Self.pages(0), writes: false)
        #expect(try await round(on: shelf, erases: false).verdict == .bad)
        #expect(await shelf.deeds == ["read", "write", "read"])
    }

    /// An order came between two steps and was cut on the card that lay there.
    @Test func card_isNotMadeBlank_whenItIsSomeonesByThen() async throws {
        let shelf = Shelf(Self.pages(0), guestsKey: Self.pages(0x42))
        let outcome = try await round(on: shelf)
        #expect(outcome.verdict == .bad)
        #expect(await shelf.deeds == ["read", "write", "read"])
    }

    @Test func whatToDo_isSaidBeforeAnythingIsDone() async throws {
        let said = Mutex<[String]>([])
        let round = TestRound(
            say: { text in said.withLock { $0.append(text) } }, did: { step in said.withLock { $0.append("did: " + step.text) } })
        _ = try await round.card(on: Shelf(Self.pages(0)), erases: true)
        let lines = said.withLock { $0 }
        #expect(lines.first == "Put a blank card, or the card of an earlier test, on the encoder." && lines.last == "Take the card away.")
        #expect(lines.contains("did: made blank again"))
    }
}
