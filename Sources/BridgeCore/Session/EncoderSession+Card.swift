// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Logging

/// An errand that waits for the session to be free.
struct PendingErrand {
    enum Subject: Sendable, Hashable {
        case errand(Errand)
        case notice(StayNotice)
    }

    var subject: Subject
    var answer: CheckedContinuation<Result<ErrandOutcome, Fault>, Never>
}

/// Cards that come and go, and what is done between jobs.
extension EncoderSession {
    static var stopping: Fault { Fault(.offline, detail: "the bridge stops") }

    /// Why nothing can be asked of the encoder now: what keeps it from being used, not what went wrong some time ago.
    var notReady: Fault {
        if case .faulted(_, let fault) = machine.state { return fault }
        return Fault(.offline, detail: "encoder \(machine.encoderState.rawValue)")
    }

    /// Does an errand as soon as the run loop is free. Throws `busy` while another one waits, or when a job is begun first.
    public func perform(_ errand: Errand) async throws(Fault) -> ErrandOutcome { try await perform(.errand(errand)) }

    /// Tells the lock system something of keys that it has made, as an errand.
    public func tell(_ notice: StayNotice) async throws(Fault) -> ErrandOutcome { try await perform(.notice(notice)) }

    private func perform(_ subject: PendingErrand.Subject) async throws(Fault) -> ErrandOutcome {
        let result: Result<ErrandOutcome, Fault> = await withCheckedContinuation { answer in
            // Asked in here: others may come in between the call and this body.
            guard !hasStopped else { return answer.resume(returning: .failure(Self.stopping)) }
            guard self.errand == nil else { return answer.resume(returning: .failure(Fault(.busy, detail: "another request is in hand"))) }
            self.errand = PendingErrand(subject: subject, answer: answer)
            wakeUp()
        }
        return try result.get()
    }

    func refuseErrand(_ fault: Fault) {
        errand?.answer.resume(returning: .failure(fault))
        errand = nil
    }

    func run(_ pending: PendingErrand) async {
        inHand = nil
        guard let line else { return refuseErrand(notReady) }
        do throws(Fault) {
            let outcome = try await outcome(of: pending.subject, on: line)
            lastSeen = time.now()
            watch.taskEnded(at: time.moment)
            if pending.subject == .errand(.erase) { keyLeft = nil }
            if let card = outcome.card { await sighted(card) }
            errand = nil
            pending.answer.resume(returning: .success(outcome))
        } catch {
            watch.taskEnded(at: time.moment)
            await keepQuestions()
            show(error)
            await host.changed(status())
            errand = nil
            pending.answer.resume(returning: .failure(error))
            if error.kind == .offline { await handle(.lineLost(error)) }
        }
    }

    private func outcome(of subject: PendingErrand.Subject, on line: Line<Driver>) async throws(Fault) -> ErrandOutcome {
        let asked: EncoderTask? =
            switch subject {
            case .errand(let errand): EncoderTask(errand)
            case .notice(let notice): EncoderTask(notice, on: await host.clock())
            }
        guard let task = asked else {
            let identity = try await line.identify()
            await handle(.identified(identity))
            return ErrandOutcome(identity)
        }
        return ErrandOutcome(try await line.perform(task, as: nil, progress: ErrandProgress(session: self)))
    }

    func look(_ line: Line<Driver>) async throws(Fault) {
        inHand = nil
        trail.beginRoutine()
        defer { trail.endRoutine() }
        do throws(Fault) {
            await sighted(try await line.lookForCard())
            watch.lookSucceeded()
            lastSeen = time.now()
        } catch {
            // A card that leaves in the middle of the question disturbs it; only silence says something of the encoder.
            if error.kind == .timeout || error.kind == .offline { throw error }
            watch.lookFailed(at: time.moment)
            logger.debug("no look at the card: \(error.kind.code) \(error.detail ?? "")", metadata: ["encoder": "\(name)"])
        }
    }

    func checkHealth(_ line: Line<Driver>) async throws(Fault) {
        inHand = nil
        trail.beginRoutine()
        defer { trail.endRoutine() }
        _ = try await line.identify()
        if await line.ledger.hasHeard { lastSeen = time.now() }
    }

    /// Tells the world if this is news.
    func sighted(_ presence: CardPresence) async {
        if presence.state == .absent || (presence.uid ?? keyLeft) != keyLeft { keyLeft = nil }
        guard presence != card else { return }
        // Swapped between two looks: whoever follows the events sees one go and one come.
        if card.state == .present, presence.state == .present, card.uid != presence.uid {
            await host.sighted(CardPresence(.absent), on: name)
        }
        card = presence
        await host.sighted(presence, on: name)
        await host.changed(status())
    }
}

/// An errand has no job to record in: only cards are told of.
struct ErrandProgress<Driver: EncoderDriver>: TaskProgress {
    let session: EncoderSession<Driver>

    func waitingForCard(copy: Int, of copies: Int) async throws(Fault) {}
    func verifying(copy: Int) async throws(Fault) {}
    func waitingToVerify(copy: Int) async throws(Fault) {}
    func finished(_ receipt: Receipt) async throws(Fault) {}
    func remark(_ remark: Remark) async {}
    func sighted(_ card: CardPresence) async { await session.sighted(card) }
}
