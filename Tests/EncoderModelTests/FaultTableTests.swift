// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@Suite struct FaultTableTests {
    /// Words that a clerk at a desk has no use for. Whole words, any case.
    private static let jargon = [
        "timeout", "EP", "CN", "tty", "USB", "serial", "port", "checksum", "exception", "errno", "null", "nil", "HTTP", "API", "driver",
        "daemon",
        "socket", "retry", "abort", "journal", "pid", "parity", "baud", "encoderbridge", "configuration", "protocol", "frame", "NAK",
    ]

    /// Fails to compile when a kind is added and not listed here, and fails when it is not among the examples.
    private func place(of kind: FaultKind) -> Int {
        switch kind {
        case .noCard: 0
        case .cardRemovedEarly: 1
        case .notWritable: 2
        case .verifyFailed: 3
        case .unsupportedCard: 4
        case .busy: 5
        case .offline: 6
        case .timeout: 7
        case .malformedReply: 8
        case .notPermitted: 9
        case .heldBy: 10
        case .rejected: 11
        case .cancelled: 12
        case .expired: 13
        case .interrupted: 14
        }
    }

    @Test func examples_haveEveryKindOnce() {
        #expect(FaultKind.examples.map(place) == Array(0...14))
        #expect(Set(FaultKind.examples.map(\.code)).count == FaultKind.examples.count)
    }

    @Test(arguments: FaultKind.examples, CardKnowledge.allCases)
    func clerksAdvice_isOneShortSentenceWithoutJargon(kind: FaultKind, card: CardKnowledge) {
        // Where a card may have been written, what to do with it follows as a sentence of its own.
        let advice = kind.clerkAdvice(card: card).replacing(" " + Words.english(.doubt), with: "")
        #expect(isOneSentence(advice), "\(advice)")
        let words = Set(advice.split(whereSeparator: { !$0.isLetter }).map { $0.lowercased() })
        for word in Self.jargon where kind.code != "rejected" {
            #expect(!words.contains(word.lowercased()), "'\(word)' in: \(advice)")
        }
    }

    @Test(arguments: FaultKind.examples)
    func techniciansAdvice_isOneShortSentence(kind: FaultKind) {
        #expect(isOneSentence(kind.technicianAdvice), "\(kind.technicianAdvice)")
        #expect(kind.technicianAdvice != kind.clerkAdvice(card: .untouched))
    }

    private func isOneSentence(_ text: String) -> Bool {
        let inner = text.dropLast()
        return text.count > 10 && text.count < 200 && text.hasSuffix(".") && text.first?.isUppercase == true
            && !inner.contains(". ") && !inner.hasSuffix(".") && !text.contains("\n") && !text.contains("  ")
    }

    /// Advice to cut again without a look at the card is wrong where a card may have been written.
    @Test(arguments: FaultKind.examples.filter { [.busy, .offline, .timeout, .malformedReply].contains($0) })
    func clerksAdvice_speaksOfTheCard_whenItMayBeWritten(kind: FaultKind) {
        #expect(kind.clerkAdvice(card: .unknown).contains("card"))
        #expect(kind.clerkAdvice(card: .unknown) != kind.clerkAdvice(card: .untouched))
    }

    @Test(arguments: FaultKind.examples)
    func httpStatus_isAnErrorThatTheEndpointMayGive(kind: FaultKind) {
        #expect((400...599).contains(kind.httpStatus))
    }

    @Test(arguments: FaultKind.examples)
    func code_isOnePlainWord(kind: FaultKind) {
        #expect(kind.code.unicodeScalars.allSatisfy { $0.isASCII && $0.properties.isAlphabetic } && kind.code.first?.isLowercase == true)
    }

    @Test func everyOwnerAndRetryClass_hasAKind() {
        let owners = Set(FaultKind.examples.map(\.owner))
        #expect(owners == Set(FaultOwner.allCases))
        #expect(Set(FaultKind.examples.map(\.retry)) == Set(RetryClass.allCases))
    }

    @Test func page_saysARefusalAsClerksReadIt() {
        let said = Words.english.advice(for: Fault(.rejected(reason: "x"), cause: .unknownRoom), rooms: ["1207"])
        #expect(FaultTable.markdown().contains("| 422 | \(said) |"))
    }

    @Test func page_hasARowForEveryKind() {
        let page = FaultTable.markdown()
        for kind in FaultKind.examples {
            #expect(page.contains("| `\(kind.code)` | \(kind.owner.rawValue) | \(kind.retry.rawValue) | \(kind.httpStatus) |"))
        }
        #expect(page.hasSuffix("|\n"))
    }
}
