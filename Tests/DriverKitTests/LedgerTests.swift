// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Testing

@testable import DriverKit

/// What is known of answers and of time, without a line.
@Suite struct LedgerTests {
    private let start = ContinuousClock.now

    /// While a card is read, a frame that may be the encoder's word on that says nothing of the order that is still open.
    @Test(arguments: [("job", 5.0), (nil, 60)] as [(String?, Double)])
    func openOrder_staysOpen_whenTheLateFrameMayBelongToARead(order: String?, lasts: Double) {
        var ledger = Ledger(questions: [OpenQuestion(order: "before", until: start + .seconds(60))], until: start + .seconds(20))
        ledger.begin(order, until: start + .seconds(20))
        #expect(ledger.heardLate(repetition: start + .seconds(5))?.order == "before")
        #expect(ledger.questions.map(\.until) == [start + .seconds(lasts)])
    }

    /// A second prompt for the same card is a promise of its own, as long as the task as a whole may last.
    @Test func promise_beginsAnew_whenACardIsAskedForAgain_andKeepsWhatIsKnownOfIt() {
        var ledger = Ledger(until: start + .seconds(100))
        ledger.begin("job", until: start + .seconds(100))
        ledger.asked(forCard: 1, at: start, promise: .seconds(20))
        ledger.announced()
        ledger.askedAgain(at: start + .seconds(18), promise: .seconds(20))
        #expect(ledger.deadline == start + .seconds(38))
        #expect(ledger.judged(Fault(.timeout)).card == .unknown)
        ledger.askedAgain(at: start + .seconds(95), promise: .seconds(20))
        #expect(ledger.deadline == start + .seconds(100))
    }
}
