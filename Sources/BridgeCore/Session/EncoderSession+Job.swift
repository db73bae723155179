// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Logging

/// What the link must know of the order in hand to keep the rules of a ``DriverKit/Link``.
struct OrderInHand {
    var job: JobID?
    /// The task's own limit behind every limit of the driver's.
    var deadline: ContinuousClock.Instant = .now
    /// A command that may write a card has gone out.
    var mayHaveWritten = false
    /// When an order went out whose answer is still to come.
    var unansweredSince: ContinuousClock.Instant?
}

extension EncoderSession {
    /// How long an encoder that says "busy" is asked again, while nothing was written.
    static var busyPatience: Duration { .seconds(20) }
    static var busyPause: Duration { .seconds(1) }

    /// Does one job to its end. Every way out records an outcome.
    /// - Returns: the fault that says the line is gone, for the session's own state.
    func cut(_ job: Job) async -> Fault? {
        let clock = await host.clock()
        let patience = ContinuousClock.now + Self.busyPatience
        while true {
            let task = EncoderTask.cut(job.order, on: clock)
            order = OrderInHand(job: job.id, deadline: .now + driver.timeLimit(for: task))
            do throws(Fault) {
                let progress = JobProgress(host: host, job: job.id, encoder: name)
                let result = try await driver.perform(task, on: SessionLink(session: self), progress: progress)
                lastSeen = Date()
                guard result.receipts.count == job.order.copies else {
                    throw Fault(.malformedReply, card: .unknown, detail: "\(result.receipts.count) of \(job.order.copies) receipts")
                }
                await conclude(job, .completed(result.receipts))
                return nil
            } catch {
                let limit = max(patience, openQuestion.map { $0.until + Self.busyPatience } ?? patience)
                if error.kind == .busy, error.card == .untouched, ContinuousClock.now < limit {
                    if let end = await waitWhileBusy(job, error) { return end.lineLost }
                    continue
                }
                return await fail(job, error)
            }
        }
    }

    private func fail(_ job: Job, _ fault: Fault) async -> Fault? {
        if fault.card == .unknown, let since = order.unansweredSince {
            openQuestion = OpenQuestion(job: job.id, until: since + driver.lateAnswerWindow)
        }
        show(fault)
        await conclude(job, .failed(fault))
        // An encoder that does not even acknowledge is not ready: close, open and ask again until it is.
        return fault.kind == .offline ? fault : nil
    }

    /// The encoder did not take the order: pause, listening for the late answer of the job before, then try again.
    /// - Returns: an outcome if the job ended meanwhile.
    private func waitWhileBusy(_ job: Job, _ fault: Fault) async -> (lineLost: Fault?, ())? {
        do throws(Fault) {
            try await host.record(.notTaken(fault), of: job.id)
            try await pause(Self.busyPause)
            if await host.wantsCancel(job.id) { throw Fault(.cancelled) }
            return nil
        } catch {
            return (await fail(job, error), ())
        }
    }

    private func conclude(_ job: Job, _ event: JobEvent) async {
        do throws(Fault) {
            try await host.record(event, of: job.id)
        } catch {
            // The outcome could not be kept. After a restart the job is found as `writing` and reported as interrupted: honest.
            logger.error("outcome not kept: \(error.advice)", metadata: ["encoder": "\(name)", "job": "\(job.id)"])
        }
    }
}

/// Passes a driver's progress to the queue.
struct JobProgress: TaskProgress {
    let host: any SessionHost
    let job: JobID
    let encoder: EncoderName

    func waitingForCard(copy: Int, of copies: Int) async throws(Fault) {
        let which = copies > 1 ? "card \(copy) of \(copies)" : "a card"
        try await host.record(.waitingForCard(copy: copy, prompt: "Put \(which) on the encoder \(encoder)."), of: job)
    }

    func finished(_ receipt: Receipt) async throws(Fault) {
        try await host.record(.cardFinished(receipt), of: job)
    }

    func remark(_ text: String) async {
        try? await host.record(.remark(text), of: job)  // the outcome that follows meets the same journal and reports its fault
    }
}
