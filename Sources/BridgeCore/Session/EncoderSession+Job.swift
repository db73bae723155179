// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Logging

extension EncoderSession {
    /// Does one job to its end. Every way out records an outcome.
    /// - Returns: the fault that says the line is gone, for the session's own state.
    func cut(_ job: Job) async -> Fault? {
        inHand = job.id
        prompt = nil
        finished = job.receipts
        var task: EncoderTask
        do throws(Fault) { task = try await self.task(for: job) } catch { return await fail(job, error) }
        let end = time.moment + patience.busy
        while true {
            guard let line else { return await fail(job, Fault(.offline, detail: "the port is gone")) }
            let cardsBefore = self.cardsBefore
            let progress = JobProgress(session: self, job: job.id, cardsBefore: cardsBefore)
            do throws(Fault) {
                if try await !line.isAtRest(before: job.id.text, cards: task.cards, progress: progress) {
                    logger.notice(
                        "the encoder may still have an earlier order in hand", metadata: ["encoder": "\(name)", "job": "\(job.id)"])
                    try await refuseToHandOnDoubt(line)
                }
                let result = try await line.perform(task, as: job.id.text, progress: progress)
                lastSeen = time.now()
                lastFault = nil
                let receipts = try complete(result.receipts.map { $0.behind(cardsBefore) }, of: job)
                await keepQuestions()
                await conclude(job, .completed(receipts))
                return nil
            } catch {
                guard error.kind == .busy, error.card == .untouched, time.moment < end else { return await fail(job, error) }
                switch await waitWhileBusy(job, error) {
                // Cards that were finished before the encoder got busy are not written again.
                case .goesOn: task = remaining(of: task, job)
                case .ended(let lineLost): return lineLost
                }
            }
        }
    }

    /// An answer of which nobody knows whose it is leaves the next one as doubtful, and so on for as long as orders come. One order is unknown
    /// by that; those behind it are not begun before the encoder has nothing more to say.
    private func refuseToHandOnDoubt(_ line: Line<Driver>) async throws(Fault) {
        let questions = await line.ledger.questions
        guard let end = questions.filter({ $0.isHandedOn && !$0.isSettled }).map(\.until).max(), end > time.moment else { return }
        throw Fault(
            .busy, card: .untouched,
            detail:
                "one of its last two orders was not answered, and it cannot be asked which: free in \((end - time.moment).components.seconds + 1) s"
        )
    }

    private func task(for job: Job) async throws(Fault) -> EncoderTask {
        let clock = await host.clock()
        var printed: [CardImage]?
        if Driver.manifest.kind == .raw, job.order.cardImage == nil, let layout {
            let sequence = layout.needsSequence ? try await host.sequence(of: job.id, on: name) : 0
            printed = try layout.images(for: job.order, on: clock, sequence: sequence)
        }
        // What its driver did not declare never reaches it.
        if Driver.manifest.kind == .lockMaker, let objection = driver.keys.objection(to: job.order) {
            throw objection.fault
        }
        let task = try EncoderTask(cutting: job.order, by: Driver.manifest.kind, called: name, on: clock, printed: printed)
        return remaining(of: task, job)
    }

    /// What of a task is still to be done. A lock maker's encoder is asked for fewer keys, and counts them from 1.
    private func remaining(of task: EncoderTask, _ job: Job) -> EncoderTask {
        switch task {
        case .write(let batch):
            // A card of this order is known to the driver as finished.
            let leftBehind = finished.contains { $0.serial == keyLeft } ? nil : keyLeft
            return .write(CardBatch(images: batch.images, finished: finished, leftBehind: leftBehind))
        case .cut(var order, let clock):
            order.copies = job.order.copies - finished.count
            // A second "new" would cancel those that were made.
            if !finished.isEmpty, order.mode == .new { order.mode = .copy }
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

    func asked(_ prompt: String) { self.prompt = prompt }

    /// Copies are different cards: a driver that writes the same one twice has made one key less than it says.
    func keep(_ receipt: Receipt) throws(Fault) {
        if let serial = receipt.serial, finished.contains(where: { $0.serial == serial }) {
            throw Fault(
                .rejected(reason: "the same card was put on the encoder twice: take another one for each copy"), card: .written,
                cause: .sameCard)
        }
        finished.append(receipt)
        keyLeft = receipt.serial
    }

    private func fail(_ job: Job, _ fault: Fault) async -> Fault? {
        // Kept before the job's end: whatever happens in between, the next process is on its guard.
        await keepQuestions()
        // The bridge stops while the encoder holds nothing of this job: it goes on after the next start.
        if Task.isCancelled, fault.kind == .interrupted, fault.card == .untouched { return nil }
        let fault = await line?.ledger.ended(fault) ?? fault
        show(fault)
        await conclude(job, .failed(fault))
        // An encoder that does not even acknowledge is not ready: close, open and ask again until it is.
        return fault.kind == .offline ? fault : nil
    }

    private enum Pause {
        case goesOn
        /// The job ended meanwhile.
        case ended(lineLost: Fault?)
    }

    /// The encoder did not take the order: pause, listening for the late answer of the job before, then try again.
    private func waitWhileBusy(_ job: Job, _ fault: Fault) async -> Pause {
        do throws(Fault) {
            try await host.record(.notTaken(fault), of: job.id)
            try await line?.rest(patience.busyPause)
            if await host.wantsCancel(job.id) { throw Fault(.cancelled) }
            return .goesOn
        } catch {
            return .ended(lineLost: await fail(job, error))
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
        let prompt = "Put \(which) on the encoder \(session.name)."
        try await host.record(.waitingForCard(copy: copy, prompt: prompt), of: job)
        await session.asked(prompt)
    }

    func verifying(copy: Int) async throws(Fault) {
        try await host.record(.verifying(copy: copy + cardsBefore), of: job)
    }

    func waitingToVerify(copy: Int) async throws(Fault) {
        let copy = copy + cardsBefore
        let prompt = "Put card \(copy) on the encoder \(session.name) once more, so that it can be checked."
        try await host.record(.verifying(copy: copy, prompt: prompt), of: job)
    }

    func sighted(_ card: CardPresence) async { await session.sighted(card) }

    func finished(_ receipt: Receipt) async throws(Fault) {
        let receipt = receipt.behind(cardsBefore)
        try await session.keep(receipt)
        try await host.record(.cardFinished(receipt), of: job)
    }

    func remark(_ remark: Remark) async {
        try? await host.record(.remark(remark), of: job)  // the outcome that follows meets the same journal and reports its fault
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

extension EncoderTask {
    /// Cards that are still to be made.
    fileprivate var cards: Int {
        switch self {
        case .cut(let order, _): order.copies
        case .write(let batch): batch.due.count
        default: 1
        }
    }
}
