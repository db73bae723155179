// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging

/// Reports on their way out: strictly in order, the next one only when Mews has the one before.
extension MewsConnector {
    /// How many reports are read from the journal at a time.
    private static let handful = 32

    func deliverReports() async {
        for await _ in deliveryBells {
            do throws(JournalFault) {
                while try await deliverHandful() {}
            } catch {
                trouble(error.description)
                hold(configuration.timing.backoff.ceiling, demanded: false)
            }
        }
    }

    /// - Returns: true if there may be more.
    private func deliverHandful() async throws(JournalFault) -> Bool {
        guard mayDeliver else { return false }
        let reports = try await journal.pendingReports(of: .mews, limit: Self.handful)
        // Nothing was left by an earlier run.
        if reports.isEmpty { firstReportIsInDoubt = false }
        for report in reports {
            guard try await deliver(report) else { return false }
        }
        return reports.count == Self.handful
    }

    private var mayDeliver: Bool { !Task.isCancelled && credentials != nil && machine.mayCall && time.uptime() >= deliveryHeldUntil }

    /// - Returns: false if the report must wait.
    private func deliver(_ report: Report) async throws(JournalFault) -> Bool {
        var delivery: Delivery
        if let head, head.sequence == report.sequence {
            delivery = head.delivery
        } else {
            delivery = Delivery(inDoubt: firstReportIsInDoubt, backoff: configuration.timing.backoff)
        }
        firstReportIsInDoubt = false
        let update = CommandUpdate(report)
        while mayDeliver, let credentials {
            let outcome: Delivery.Outcome
            switch delivery.step {
            case .send:
                // Whatever interrupts us from here on: Mews may have it.
                let result = await call(.update, .update(update, credentials), as: EmptyAnswer.self)
                outcome = delivery.sent(note(result), random: random())
            case .readBack:
                let result = await call(.byIDs, .byIDs([report.externalID], credentials), as: CommandList.self)
                _ = note(result)
                let found = result.map { list in list.commands.first { $0.id == report.externalID }?.state }
                outcome = delivery.read(found, for: update.state, random: random())
            case .mark(let note):
                if let note { try await keep(note, report) }
                try await journal.delivered(report.sequence)
                head = nil
                return true
            }
            head = (report.sequence, delivery)
            switch outcome {
            case .goOn: continue
            case .wait(let pause, let demanded): hold(pause, demanded: demanded)
            case .unauthorised: return false
            }
        }
        return false
    }

    private func note<Value>(_ result: Result<Value, Problem>) -> Problem? {
        guard case .failure(let problem) = result else { return nil }
        if problem.kind == .unauthorised { post(.unauthorised(problem)) } else { trouble(problem.sentence) }
        return problem
    }

    private func keep(_ note: String, _ report: Report) async throws(JournalFault) {
        logger.warning("A report was not taken as it is", metadata: ["job": "\(report.jobID)", "reason": "\(note)"])
        guard let job = try await journal.job(report.jobID) else { return }
        try await journal.note(report.jobID, TrailEntry(at: time.now(), state: job.state, note: note))
    }

    private func hold(_ pause: Duration, demanded: Bool) {
        deliveryHeldUntil = time.uptime() + pause
        holdIsDemanded = demanded
        deliveryTimer?.cancel()
        deliveryTimer = Task { [time, deliveryBell] in
            guard (try? await time.sleep(pause)) != nil else { return }
            deliveryBell.yield()
        }
    }
}
