// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import CloudConnector

@Suite struct DeliveryTests {
    private func problem(_ kind: MewsProblem.Kind) -> MewsProblem { MewsProblem(kind: kind, sentence: "words of Mews") }

    private func delivery(inDoubt: Bool = false) -> Delivery { Delivery(inDoubt: inDoubt, backoff: JitteredBackoff()) }

    @Test func report_isDone_whenMewsAcceptsIt() {
        var delivery = delivery()
        #expect(delivery.step == .send && delivery.sent(nil, of: .processed, random: 0) == .goOn && delivery.step == .mark(note: nil))
    }

    @Test(arguments: [
        (MewsProblem.Kind.later(nil), Delivery.Step.send, false), (.later(.seconds(9)), .send, true), (.noSuchAddress, .send, false),
        (.doubtful(nil), .readBack, false), (.doubtful(.seconds(9)), .readBack, true), (.tooMuch, .readBack, false),
    ])
    func report_waits_andIsReadBackWhereTheOutcomeIsUnknown(kind: MewsProblem.Kind, step: Delivery.Step, demanded: Bool) {
        var delivery = delivery()
        let outcome = delivery.sent(problem(kind), of: .processed, random: 0.5)
        #expect(outcome == .wait(demanded ? .seconds(9) : .milliseconds(500), demanded: demanded))
        #expect(delivery.step == step)
    }

    @Test func waits_doubleUpToACeiling_whileMewsIsAway() {
        var delivery = delivery()
        let waits = (0..<8).map { _ in delivery.sent(problem(.later(nil)), of: .processed, random: 1) }
        #expect(waits == [1, 2, 4, 8, 16, 20, 20, 20].map { .wait(.seconds($0), demanded: false) })
    }

    @Test(arguments: [
        // (their state, our report, sent again)
        (CommandState.pending, CommandState.received, true), (.received, .received, false), (.processing, .received, false),
        (.received, .processing, true), (.processing, .processing, false), (.processed, .processing, false),
        (.processing, .processed, true), (.processed, .processed, false), (.error, .error, false), (.received, .error, true),
        (.unknown("Sleeping"), .received, true),
    ])
    func doubt_isSettledByTheCommandsState(theirs: CommandState, ours: CommandState, again: Bool) {
        var delivery = delivery(inDoubt: true)
        #expect(delivery.step == .readBack)
        #expect(delivery.read(.success(theirs), for: ours, random: 0) == .goOn)
        #expect(delivery.step == (again ? .send : .mark(note: nil)))
    }

    @Test func anotherEnding_isTakenAsTruth_withANote() {
        var delivery = delivery(inDoubt: true)
        _ = delivery.read(.success(.cancelled), for: .processed, random: 0)
        guard case .mark(let note?) = delivery.step else {
            Issue.record("no note: \(delivery.step)")
            return
        }
        #expect(note.contains("Cancelled") && note.contains("Processed"))
    }

    @Test func refusedReport_isGivenUpWithMewsWords_soThatTheNextCanGo() {
        var delivery = delivery()
        #expect(delivery.sent(problem(.refused(status: 403)), of: .processed, random: 0) == .goOn && delivery.step == .readBack)
        #expect(delivery.read(.success(.pending), for: .received, random: 0) == .goOn)
        #expect(delivery.step == .mark(note: "Mews refused the report Received: words of Mews"))
    }

    @Test func refusedReport_isDone_whenMewsHasItAlready() {
        var delivery = delivery()
        _ = delivery.sent(problem(.refused(status: 400)), of: .processed, random: 0)
        _ = delivery.read(.success(.processed), for: .processed, random: 0)
        #expect(delivery.step == .mark(note: nil))
    }

    @Test func report_isGivenUp_whenMewsHasForgottenTheCommand() {
        var delivery = delivery(inDoubt: true)
        _ = delivery.read(.success(nil), for: .processed, random: 0)
        guard case .mark(.some) = delivery.step else {
            Issue.record("\(delivery.step)")
            return
        }
    }

    @Test func report_staysWhereItIs_whenTheTokensAreRefused() {
        var delivery = delivery()
        #expect(delivery.sent(problem(.unauthorised), of: .processed, random: 0) == .unauthorised && delivery.step == .send)
        var doubtful = self.delivery(inDoubt: true)
        #expect(doubtful.read(.failure(problem(.unauthorised)), for: .received, random: 0) == .unauthorised && doubtful.step == .readBack)
    }

    @Test func readingBack_isTriedAgain_whenItFails() {
        var delivery = delivery(inDoubt: true)
        for kind: MewsProblem.Kind in [.later(nil), .doubtful(nil), .tooMuch, .noSuchAddress] {
            guard case .wait = delivery.read(.failure(problem(kind)), for: .received, random: 1) else {
                Issue.record("\(kind)")
                return
            }
            #expect(delivery.step == .readBack)
        }
    }
}
