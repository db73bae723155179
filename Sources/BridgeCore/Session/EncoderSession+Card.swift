// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Logging

/// An errand that waits for the session to be free.
struct PendingErrand {
    var errand: Errand
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
    public func perform(_ errand: Errand) async throws(Fault) -> ErrandOutcome {
        guard !hasStopped else { throw Self.stopping }
        guard self.errand == nil else { throw Fault(.busy, detail: "another request is in hand") }
        let result = await withCheckedContinuation { answer in
            self.errand = PendingErrand(errand: errand, answer: answer)
            wakeUp()
        }
        return try result.get()
    }

    func refuseErrand(_ fault: Fault) {
        errand?.answer.resume(returning: .failure(fault))
        errand = nil
    }

    func run(_ pending: PendingErrand) async {
        let task: EncoderTask =
            switch pending.errand {
            case .read: .read
            case .erase: .erase
            case .reset: .reset
            case .selfTest: .selfTest
            }
        order = OrderInHand(job: nil, deadline: .now + driver.timeLimit(for: task))
        let progress = ErrandProgress(session: self)
        do throws(Fault) {
            let result = try await driver.perform(task, on: SessionLink(session: self), progress: progress)
            lastSeen = Date()
            watch.taskEnded(at: .now)
            if let card = result.card { await sighted(card) }
            errand = nil
            pending.answer.resume(
                returning: .success(ErrandOutcome(card: result.card, reading: result.reading, image: result.image, content: result.content)))
        } catch {
            watch.taskEnded(at: .now)
            show(error)
            await host.changed(status())
            errand = nil
            pending.answer.resume(returning: .failure(error))
            if error.kind == .offline { await handle(.lineLost(error)) }
        }
    }

    func look() async throws(Fault) {
        order = OrderInHand(job: nil, deadline: .now + driver.timeLimit(for: .read))
        do throws(Fault) {
            await sighted(try await driver.lookForCard(on: SessionLink(session: self)))
            watch.lookSucceeded()
            lastSeen = Date()
        } catch {
            // A card that leaves in the middle of the question disturbs it; only silence says something of the encoder.
            if error.kind == .timeout || error.kind == .offline { throw error }
            watch.lookFailed(at: .now)
            logger.debug("no look at the card: \(error.kind.code) \(error.detail ?? "")", metadata: ["encoder": "\(name)"])
        }
    }

    func checkHealth() async throws(Fault) {
        order = OrderInHand(job: nil, deadline: .now + driver.timeLimit(for: .read))
        _ = try await driver.identify(on: SessionLink(session: self))
        lastSeen = Date()
    }

    /// Tells the world if this is news.
    func sighted(_ presence: CardPresence) async {
        guard presence != card else { return }
        // Swapped between two looks: whoever follows the events sees one go and one come.
        if card.state == .present, presence.state == .present, card.uid != presence.uid {
            await host.sighted(CardPresence(.absent), on: name)
        }
        card = presence
        await host.sighted(presence, on: name)
        await host.changed(status())
    }

    /// Card number `copy` is asked for: what happened to the one before is settled.
    func nextCard() {
        order.mayHaveWritten = false
        order.isUnanswered = false
    }
}

/// An errand has no job to record in: only cards are told of.
struct ErrandProgress<Driver: EncoderDriver>: TaskProgress {
    let session: EncoderSession<Driver>

    func waitingForCard(copy: Int, of copies: Int) async throws(Fault) {}
    func verifying(copy: Int) async throws(Fault) {}
    func finished(_ receipt: Receipt) async throws(Fault) {}
    func remark(_ text: String) async {}
    func sighted(_ card: CardPresence) async { await session.sighted(card) }
}
