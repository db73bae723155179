// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Logging
import Ports

/// What the line asks of its session.
extension EncoderSession: LineKeeper {
    public func willWrite(waitsForCard: Bool) async throws(Fault) {
        // Between two cards of a job: the encoder holds nothing of it, and it goes on after the next start.
        if Task.isCancelled { throw inHand == nil ? Self.stopping : Fault(.interrupted, card: .untouched, detail: "the bridge stops") }
        guard let job = inHand else { return }
        try await host.record(.writing(prompt: waitsForCard ? prompt ?? "Put a card on the encoder \(name)." : nil), of: job)
    }

    public func unasked(_ card: CardPresence?) async {
        lastSeen = time.now()
        guard let card else { return }
        if card.state == .unknown { watch.lookNow(at: time.moment) } else { await sighted(card) }
    }

    public func lateAnswer(to question: OpenQuestion) async {
        logger.notice("late answer", metadata: ["encoder": "\(name)", "job": "\(question.order)"])
        if question.order != OpenQuestion.errand {
            await host.note("the encoder answered after the bridge had given up: check that card", about: JobID(question.order))
        }
        await keepQuestions()
    }

    public func stopReason(mayBreakOff: Bool) async -> StopReason? {
        for case .portLeft(let incarnation) in inbox where incarnation == machine.port?.incarnation { return .portGone }
        for case .portArrived(let arrived) in inbox where arrived.incarnation != machine.port?.incarnation { return .portGone }
        if Task.isCancelled {
            guard mayBreakOff else { return .endSoon }
            // What waits for a card goes on after the next start; an errand is over.
            return .unwanted(inHand == nil ? .offline : .interrupted, detail: "the bridge stops")
        }
        guard mayBreakOff, let job = inHand, await host.wantsCancel(job) else { return nil }
        return .unwanted(.cancelled, detail: nil)
    }

    // MARK: Questions that outlive a line and a process

    public func mayStillAnswer(_ job: JobID, until end: Date?) async {
        guard !questions.contains(where: { $0.order == job.text }) else { return }
        let window = driver.lateAnswerWindow
        var rest = end.map { Duration.seconds($0.timeIntervalSince(time.now())) } ?? window
        // What was over when the process before ended is not kept: an end that is past, or far, is that of a clock that was set meanwhile.
        if rest <= .zero || rest > window { rest = window }
        guard rest > .zero else { return }
        questions.append(OpenQuestion(order: job.text, until: time.moment + rest))
        await keepQuestions()
    }

    func keepQuestions() async {
        if let line { questions = await line.ledger.questions }
        guard questions != keptQuestions else { return }
        keptQuestions = questions
        let (now, moment) = (time.now(), time.moment)
        await host.keep(
            questions.map { UnansweredJob(job: JobID($0.order), until: now.addingTimeInterval(($0.until - moment) / .seconds(1))) },
            of: name)
    }
}
