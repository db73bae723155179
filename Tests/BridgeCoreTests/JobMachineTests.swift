// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Testing

@Suite struct JobMachineTests {
    static let now = Date(timeIntervalSince1970: 1_795_000_000)

    static func job(_ state: JobState = .queued, copies: Int = 1, origin: JobOrigin = .mews, receipts: [Receipt] = []) -> Job {
        Job(
            id: "j", encoder: "front-desk",
            order: KeyOrder(lockIds: ["101"], validFrom: now, validUntil: now + 86_400, copies: copies, guestName: "Zoe"), origin: origin,
            externalID: "c1", state: state, receipts: receipts, createdAt: now)
    }

    @Test(arguments: JobState.allCases.filter(\.isFinal))
    func finalStates_areNeverLeft(state: JobState) {
        let events: [JobEvent] = [
            .waitingForCard(copy: 1, prompt: ""), .writing(prompt: nil), .notTaken(Fault(.busy)), .cardFinished(receipt(1)),
            .remark(.usedCard), .completed([receipt(1)]), .failed(Fault(.noCard)), .interrupted,
        ]
        for event in events { #expect(JobMachine.step(Self.job(state), event, at: Self.now) == nil) }
    }

    @Test func completed_isReportedAsProcessed_withRemarks() throws {
        var job = Self.job(.writing, copies: 2)
        job.remarks = ["The key ends at 12:00."]
        let step = try #require(JobMachine.step(job, .completed([receipt(1), receipt(2)]), at: Self.now))
        #expect(step.job.state == .done)
        #expect(step.job.copiesDone == 2)
        #expect(step.job.finishedAt == Self.now)
        #expect(step.reports.map(\.kind) == [.processed])
        #expect(step.reports.first?.text == "2 keys cut on front-desk. The key ends at 12:00.")
    }

    @Test(arguments: [
        (FaultKind.noCard, JobState.failed, Report.Kind.failed), (.cancelled, .cancelled, .cancelled), (.expired, .expired, .failed),
        (.offline, .failed, .failed),
    ])
    func fault_decidesStateAndReport(kind: FaultKind, state: JobState, report: Report.Kind) throws {
        let step = try #require(JobMachine.step(Self.job(.writing), .failed(Fault(kind)), at: Self.now))
        #expect(step.job.state == state)
        #expect(step.reports.map(\.kind) == [report])
        #expect(step.reports.first?.text?.hasPrefix(kind.clerkAdvice(card: .untouched)) == true)
    }

    @Test func interrupted_saysThatTheCardIsUnknown() throws {
        let step = try #require(JobMachine.step(Self.job(.writing), .interrupted, at: Self.now))
        #expect(step.job.fault == Fault(.interrupted, card: .unknown))
        #expect(step.reports.first?.text?.contains("check the card or cut it again") == true)
    }

    @Test func localJobs_areNotReported() throws {
        let step = try #require(JobMachine.step(Self.job(.writing, origin: .local), .completed([receipt(1)]), at: Self.now))
        #expect(step.reports.isEmpty)
    }

    @Test func notTaken_putsTheJobBack_soThatARestartMayGoOn() throws {
        let step = try #require(JobMachine.step(Self.job(.writing), .notTaken(Fault(.busy, detail: "OV")), at: Self.now))
        #expect(step.job.state == .queued)
        #expect(!step.job.state.mayHaveWritten)
        #expect(step.trail.note.contains("OV"))
    }

    @Test func progress_countsFinishedCards() throws {
        let first = try #require(JobMachine.step(Self.job(.writing, copies: 2), .cardFinished(receipt(1)), at: Self.now))
        #expect(first.reports.map(\.progress) == [0.5])
        // The same card announced twice is one card.
        let again = try #require(JobMachine.step(first.job, .completed([receipt(1), receipt(2)]), at: Self.now))
        #expect(again.job.receipts.map(\.copy) == [1, 2])
    }

    @Test func reports_neverNameTheGuest() throws {
        for kind in FaultKind.examples {
            let step = try #require(JobMachine.step(Self.job(.writing), .failed(Fault(kind)), at: Self.now))
            #expect(step.reports.allSatisfy { $0.text?.contains("Zoe") != true })
            #expect(!step.trail.note.contains("Zoe"))
        }
    }

    func receipt(_ copy: Int) -> Receipt { Receipt(copy: copy, verified: false, at: Self.now) }
}
