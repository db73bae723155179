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
    /// An order went out whose answer is still to come.
    var isUnanswered = false
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
        order = OrderInHand(job: job.id)
        finished = job.receipts
        var task: EncoderTask
        do throws(Fault) { task = try await self.task(for: job) } catch { return await fail(job, error) }
        let patience = ContinuousClock.now + Self.busyPatience
        while true {
            order = OrderInHand(job: job.id, deadline: .now + driver.timeLimit(for: task))
            let cardsBefore = self.cardsBefore
            do throws(Fault) {
                let progress = JobProgress(session: self, job: job.id, cardsBefore: cardsBefore)
                let result = try await driver.perform(task, on: SessionLink(session: self), progress: progress)
                lastSeen = Date()
                let receipts = try complete(result.receipts.map { $0.behind(cardsBefore) }, of: job)
                await conclude(job, .completed(receipts))
                return nil
            } catch {
                let limit = max(patience, openQuestion.map { $0.until + Self.busyPatience } ?? patience)
                if error.kind == .busy, error.card == .untouched, ContinuousClock.now < limit {
                    if let end = await waitWhileBusy(job, error) { return end.lineLost }
                    // Cards that were finished before the encoder got busy are not written again.
                    task = remaining(of: task, job)
                    continue
                }
                return await fail(job, error)
            }
        }
    }

    /// A lock maker's encoder takes the order as it is; a raw one takes the content of cards, the order's own or the layout's.
    private func task(for job: Job) async throws(Fault) -> EncoderTask {
        let clock = await host.clock()
        let image = job.order.cardImage
        guard Driver.manifest.kind == .raw else {
            guard image == nil else {
                throw Fault(.rejected(reason: "the lock system of the encoder \(name) makes the cards itself: leave cardImage out"))
            }
            // What its driver did not declare never reaches it.
            if let objection = driver.keys.objection(to: job.order) { throw Fault(.rejected(reason: objection)) }
            return remaining(of: .cut(job.order, on: clock), job)
        }
        if let image {
            if let objection = image.objection() { throw Fault(.rejected(reason: "in the order's cardImage, \(objection)")) }
            return .write(CardBatch(images: Array(repeating: image, count: job.order.copies), finished: finished))
        }
        guard let layout else {
            throw Fault(
                .rejected(
                    reason: "the encoder \(name) writes card content and knows no lock system: send a cardImage with the order, "
                        + "or give the encoder a layout in the configuration"))
        }
        let sequence = layout.needsSequence ? try await host.sequence(of: job.id, on: name) : 0
        let images = try layout.images(for: job.order, on: clock, sequence: sequence)
        return .write(CardBatch(images: images, finished: finished))
    }

    /// What of a task is still to be done. A lock maker's encoder is asked for fewer keys, and counts them from 1.
    private func remaining(of task: EncoderTask, _ job: Job) -> EncoderTask {
        switch task {
        case .write(let batch): return .write(CardBatch(images: batch.images, finished: finished))
        case .cut(var order, let clock):
            order.copies = job.order.copies - finished.count
            // A second "new" would cancel those that were made.
            if !finished.isEmpty { order.mode = .copy }
            return .cut(order, on: clock)
        default: return task
        }
    }

    /// How many cards of the job a driver does not know of.
    private var cardsBefore: Int { Driver.manifest.kind == .raw ? 0 : finished.count }

    /// The receipts that a driver gave at the end, completed by those that it announced before.
    private func complete(_ last: [Receipt], of job: Job) throws(Fault) -> [Receipt] {
        for receipt in last where !finished.contains(where: { $0.copy == receipt.copy }) { try keep(receipt) }
        guard finished.count == job.order.copies else {
            throw Fault(.malformedReply, card: .unknown, detail: "\(finished.count) of \(job.order.copies) receipts")
        }
        return last
    }

    /// Copies are different cards: a driver that writes the same one twice has made one key less than it says.
    func keep(_ receipt: Receipt) throws(Fault) {
        if let serial = receipt.serial, finished.contains(where: { $0.serial == serial }) {
            throw Fault(.rejected(reason: "the same card was put on the encoder twice: take another one for each copy"), card: .written)
        }
        finished.append(receipt)
    }

    private func fail(_ job: Job, _ fault: Fault) async -> Fault? {
        // The bridge stops while the encoder holds nothing of this job: it goes on after the next start.
        if Task.isCancelled, fault.kind == .interrupted, fault.card == .untouched { return nil }
        if fault.card == .unknown, order.isUnanswered {
            // Counted from the moment we gave up: an encoder that was given several cards to make took its time for each.
            openQuestion = OpenQuestion(job: job.id, until: .now + driver.lateAnswerWindow)
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
    /// What the driver counts as its first card is the one behind these.
    let cardsBefore: Int
    private var host: any SessionHost { session.host }

    init(session: EncoderSession<Driver>, job: JobID, cardsBefore: Int) {
        self.session = session
        self.job = job
        self.cardsBefore = cardsBefore
    }

    func waitingForCard(copy: Int, of copies: Int) async throws(Fault) {
        let (copy, copies) = (copy + cardsBefore, copies + cardsBefore)
        let which = copies > 1 ? "card \(copy) of \(copies)" : "a card"
        try await host.record(.waitingForCard(copy: copy, prompt: "Put \(which) on the encoder \(session.name)."), of: job)
        await session.nextCard()
    }

    func verifying(copy: Int) async throws(Fault) {
        try await host.record(.verifying(copy: copy + cardsBefore), of: job)
    }

    func waitingToVerify(copy: Int) async throws(Fault) {
        let prompt = "Put card \(copy) on the encoder \(session.name) once more, so that it can be checked."
        try await host.record(.verifying(copy: copy, prompt: prompt), of: job)
    }

    func sighted(_ card: CardPresence) async { await session.sighted(card) }

    func finished(_ receipt: Receipt) async throws(Fault) {
        let receipt = receipt.behind(cardsBefore)
        try await session.keep(receipt)
        try await host.record(.cardFinished(receipt), of: job)
    }

    func remark(_ text: String) async {
        try? await host.record(.remark(text), of: job)  // the outcome that follows meets the same journal and reports its fault
    }
}

extension Receipt {
    /// The same card, counted behind others of its job.
    fileprivate func behind(_ cards: Int) -> Receipt {
        var receipt = self
        receipt.copy += cards
        return receipt
    }
}
