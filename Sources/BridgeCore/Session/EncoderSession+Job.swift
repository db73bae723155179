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
    /// The wish to cancel was passed to the driver, which takes the order back.
    var withdrawn = false
    /// What the encoder has said since, to tell silence from a line that nobody understands.
    var bytesHeard = 0
    var repliesHeard = 0
    /// The port itself failed: nothing that was heard before matters.
    var lineLost = false
}

extension EncoderSession {
    /// How long an encoder that says "busy" is asked again, while nothing was written.
    static var busyPatience: Duration { .seconds(20) }
    static var busyPause: Duration { .seconds(1) }

    /// Does one job to its end. Every way out records an outcome.
    /// - Returns: the fault that says the line is gone, for the session's own state.
    func cut(_ job: Job) async -> Fault? {
        let task: EncoderTask
        do throws(Fault) { task = try await self.task(for: job) } catch { return await fail(job, error) }
        let patience = ContinuousClock.now + Self.busyPatience
        while true {
            order = OrderInHand(job: job.id, deadline: .now + driver.timeLimit(for: task))
            do throws(Fault) {
                let progress = JobProgress(session: self, job: job.id)
                let result = try await driver.perform(task, on: SessionLink(session: self), progress: progress)
                lastSeen = Date()
                let due = job.order.copies - job.receipts.count
                guard result.receipts.count == due else {
                    throw Fault(.malformedReply, card: .unknown, detail: "\(result.receipts.count) of \(due) receipts")
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

    /// A lock maker's encoder takes the order as it is; a raw one takes the content of cards, the order's own or the layout's.
    private func task(for job: Job) async throws(Fault) -> EncoderTask {
        let clock = await host.clock()
        guard Driver.manifest.kind == .raw else { return .cut(job.order, on: clock) }
        if let image = job.order.cardImage {
            return .write(CardBatch(images: Array(repeating: image, count: job.order.copies), finished: job.receipts))
        }
        guard let layout else {
            throw Fault(
                .rejected(
                    reason: "the encoder \(name) writes card content and knows no lock system: send a cardImage with the order, "
                        + "or give the encoder a layout in the configuration"))
        }
        let sequence = layout.needsSequence ? try await host.nextSequence(for: name) : 0
        let images = try layout.images(for: job.order, on: clock, sequence: sequence)
        return .write(CardBatch(images: images, finished: job.receipts))
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
struct JobProgress<Driver: EncoderDriver>: TaskProgress {
    let session: EncoderSession<Driver>
    let job: JobID
    private var host: any SessionHost { session.host }

    init(session: EncoderSession<Driver>, job: JobID) {
        self.session = session
        self.job = job
    }

    func waitingForCard(copy: Int, of copies: Int) async throws(Fault) {
        let which = copies > 1 ? "card \(copy) of \(copies)" : "a card"
        try await host.record(.waitingForCard(copy: copy, prompt: "Put \(which) on the encoder \(session.name)."), of: job)
        await session.nextCard()
    }

    func verifying(copy: Int) async throws(Fault) {
        try await host.record(.verifying(copy: copy), of: job)
    }

    func sighted(_ card: CardPresence) async { await session.sighted(card) }

    func finished(_ receipt: Receipt) async throws(Fault) {
        try await host.record(.cardFinished(receipt), of: job)
    }

    func remark(_ text: String) async {
        try? await host.record(.remark(text), of: job)  // the outcome that follows meets the same journal and reports its fault
    }
}
