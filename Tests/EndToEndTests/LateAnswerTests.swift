// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The encoder answers after the bridge gave up, or never: the next job is not confused.
@Suite(.serialized, .timeLimit(.minutes(6))) struct LateAnswerTests {
    private static let short = "answerTimeout: 1s, lateAnswerWindow: 4s"

    @Test func lateAnswer_isNotTakenForTheNextJobs() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("desk", ["--fault", "lateAnswer:once", "--late-by", "2500ms"])
            try site.configure(encoder, settings: Self.short)
            let bridge = try site.bridge()
            try await bridge.ready()
            let first = try await bridge.order("101")
            let second = try await bridge.order("102")
            let late = try await bridge.outcome(of: first.id)
            #expect(late.state == "failed")
            #expect(late.fault?.code == "timeout")
            #expect(late.fault?.card == "unknown")
            #expect(late.fault?.advice.contains("check the card") == true)
            // The encoder says that it is busy until it has answered; only then the second order is taken.
            let next = try await bridge.outcome(of: second.id)
            #expect(next.state == "done")
            #expect(try encoder.cards().map(\.rooms) == [["101"], ["102"]])
            #expect(try await bridge.job(first.id).state == "failed")
        }
    }

    @Test func answerThatNeverComes_failsItsJobAlone() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("desk", ["--fault", "timeout:once"])
            try site.configure(encoder, settings: Self.short)
            let bridge = try site.bridge()
            try await bridge.ready()
            let first = try await bridge.order("101")
            let second = try await bridge.order("102")
            let lost = try await bridge.outcome(of: first.id)
            #expect(lost.fault?.code == "timeout")
            #expect(lost.fault?.card == "unknown")
            let next = try await bridge.outcome(of: second.id)
            #expect(next.state == "done", "\(next)")
            #expect(try encoder.cards().map(\.rooms) == [["102"]])
        }
    }

    @Test(arguments: ["nak", "badChecksum", "cutAnswer"]) func disturbedLine_isRepairedWithoutASecondCard(fault: String) async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("desk", ["--fault", "\(fault):once"])
            try site.configure(encoder, settings: Self.short)
            let bridge = try site.bridge()
            try await bridge.ready()
            let job = try await bridge.outcome(of: try await bridge.order("101").id)
            #expect(job.state == "done", "\(job)")
            #expect(try encoder.cards().count == 1)
        }
    }

    /// The remains of the first answer must not swallow the acknowledgements of the second order.
    @Test func answerThatIsCutEveryTime_failsItsJobAlone() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("desk", ["--fault", "cutAnswer:3"])
            try site.configure(encoder, settings: "answerTimeout: 3s, lateAnswerWindow: 4s")
            let bridge = try site.bridge()
            try await bridge.ready()
            let first = try await bridge.outcome(of: try await bridge.order("101").id)
            #expect(first.state == "failed", "\(first)")
            #expect(first.fault?.card == "unknown")
            let second = try await bridge.outcome(of: try await bridge.order("102").id)
            #expect(second.state == "done", "\(second)")
            #expect(try encoder.cards().map(\.rooms) == [["101"], ["102"]])
        }
    }

    @Test func encoderThatIsBusyForAMoment_isAskedAgain() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("desk", ["--fault", "busy:once"])
            try site.configure(encoder, settings: Self.short)
            let bridge = try site.bridge()
            try await bridge.ready()
            let job = try await bridge.outcome(of: try await bridge.order("101").id)
            #expect(job.state == "done", "\(job)")
            #expect(try encoder.cards().count == 1)
        }
    }
}
