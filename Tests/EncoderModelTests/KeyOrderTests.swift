// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@Suite struct KeyOrderTests {
    private static let start = Date(timeIntervalSince1970: 1_763_733_600)

    private func order(_ locks: [String] = ["101"], seconds: TimeInterval = 60, copies: Int = 1) -> KeyOrder {
        KeyOrder(lockIds: locks, validFrom: Self.start, validUntil: Self.start.addingTimeInterval(seconds), copies: copies)
    }

    @Test(arguments: [1, KeyOrder.maximumCopies])
    func objection_isNil_whenTheOrderMakesSense(copies: Int) {
        #expect(order(["101", "Pool"], copies: copies).objection() == nil)
    }

    @Test func objection_saysWhatIsWrong() {
        #expect(order([]).objection()?.reason == "the order names no lock: give at least one lock id")
        #expect(order(["101", " "]).objection()?.reason == "one of the lock ids is empty")
        #expect(order(copies: 0).objection()?.reason == "the order asks for 0 keys: ask for at least one")
        #expect(order(copies: -5).objection()?.reason == "the order asks for -5 keys: ask for at least one")
        #expect(order(copies: 51).objection()?.reason == "the order asks for 51 keys: at most 50 go into one job")
        #expect(order(seconds: 0).objection()?.reason == "the key would end before it begins: check the dates of the stay")
        #expect(order(seconds: -1).objection()?.reason == "the key would end before it begins: check the dates of the stay")
    }

    @Test func scrubbed_keepsWhatExplainsTheJob_only() {
        var whole = order(["101"])
        whole.guestName = "Zoë"
        whole.cardImage = .pages(PageImage(pages: [4: [0, 255, 1, 2]]))
        whole.reservationNumber = "R-1"
        var expected = whole
        expected.guestName = nil
        expected.cardImage = nil
        #expect(whole.scrubbed() == expected)
        #expect(whole.scrubbed().scrubbed() == expected)
    }

    @Test(arguments: JobState.allCases)
    func finalStates_areThoseThatEnd(state: JobState) {
        #expect(state.isFinal == [.done, .failed, .cancelled, .expired].contains(state))
        #expect(state.mayHaveWritten == [.writing, .verifying].contains(state))
    }

    @Test func jobIDs_areNewLowerCaseUUIDs() {
        let ids = (0..<100).map { _ in JobID.random() }
        #expect(Set(ids).count == 100)
        #expect(ids.allSatisfy { $0.text == $0.text.lowercased() && UUID(uuidString: $0.text) != nil })
    }
}
