// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation

/// An errand that waits for the session to be free.
struct PendingErrand {
    var errand: Errand
    var answer: CheckedContinuation<Result<ErrandOutcome, Fault>, Never>
}

/// Cards that come and go, and what is done between jobs.
extension EncoderSession {
    /// Does an errand as soon as the run loop is free. Throws `busy` while another one waits.
    public func perform(_ errand: Errand) async throws(Fault) -> ErrandOutcome {
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
            if let card = result.card { await sighted(card) }
            pending.answer.resume(
                returning: .success(ErrandOutcome(card: result.card, reading: result.reading, image: result.image)))
            errand = nil
            watch.taskEnded(at: .now)
        } catch {
            pending.answer.resume(returning: .failure(error))
            errand = nil
            watch.taskEnded(at: .now)
            show(error)
            if error.kind == .offline { await handle(.lineLost(error)) }
        }
    }

    func look() async throws(Fault) {
        order = OrderInHand(job: nil, deadline: .now + driver.timeLimit(for: .read))
        do throws(Fault) {
            await sighted(try await driver.lookForCard(on: SessionLink(session: self)))
            lastSeen = Date()
        } catch {
            // A card that leaves in the middle of the question disturbs it; only silence says something of the encoder.
            guard error.kind == .timeout || error.kind == .offline else { return }
            throw error
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
        card = presence
        await host.sighted(presence, on: name)
        await host.changed(status())
    }

    /// Card number `copy` is asked for: what happened to the one before is settled.
    func nextCard() {
        order.mayHaveWritten = false
        order.unansweredSince = nil
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
