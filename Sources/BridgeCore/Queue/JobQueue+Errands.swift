// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging

extension JobQueue {
    public func perform(_ errand: Errand, on name: EncoderName) async throws(Fault) -> ErrandOutcome {
        let session = try free(name, for: errand.rawValue, errand.capability, Deed(errand))
        do throws(Fault) {
            return try await session.perform(errand)
        } catch {
            throw say(error.worded(words, deed: Deed(errand), gesture: desks[name]?.status.gesture ?? .put), of: name)
        }
    }

    public func tell(_ notice: StayNotice, to name: EncoderName) async throws(Fault) -> ErrandOutcome {
        if let objection = notice.objection() { throw objection.fault.worded(words, deed: .other) }
        let session = try free(name, for: notice.kind.rawValue, notice.kind.capability, .other)
        do throws(Fault) {
            let outcome = try await session.tell(notice)
            await keep(notice, "\(notice.kind.rawValue): \(name) has done it")
            return outcome
        } catch {
            let why = [error.kind.code, error.detail].compactMap(\.self).joined(separator: " ")
            await keep(notice, "\(notice.kind.rawValue): \(name) has not said that it is done (\(why))")
            throw say(error.worded(words, deed: .other), of: name)
        }
    }

    /// The session of an encoder that can do something now.
    private func free(
        _ name: EncoderName, for work: String, _ capability: EncoderCapability?, _ deed: Deed
    ) throws(Fault) -> any SessionControl {
        guard let desk = desks[name], let session = desk.session else {
            throw Fault(.rejected(reason: "no encoder is called \(name)")).worded(words, deed: deed)
        }
        guard capability.map(desk.status.capabilities.contains) ?? true else {
            throw Fault(.rejected(reason: "the encoder \(name) cannot do \(work)")).worded(words, deed: deed)
        }
        // Reset is what a technician reaches for when a job hangs; it still waits for the job, which has its own limit.
        // A job whose end is told already but still being written to the journal is not in hand any more: the session does this next.
        let inHand = desk.current.flatMap { live[$0] }.map { !$0.state.isFinal } ?? false
        guard !inHand, desk.waiting.isEmpty else { throw Fault(.busy, detail: "a key is being cut").worded(words, deed: deed) }
        return session
    }

    /// Into the trail of the orders whose keys are meant and may still open.
    private func keep(_ notice: StayNotice, _ note: String) async {
        logger.notice("\(note)")
        let (now, keys) = (time.now(), notice.keys)
        let filter = JobFilter(room: keys.room, reservation: keys.reservation, state: .done, from: now - 90 * 86_400)
        do throws(JournalFault) {
            for job in try await jobs(filter, limit: 50, before: nil) where job.order.validUntil > now {
                await self.note(note, about: job.id)
            }
        } catch {
            logger.error("journal: \(error)")
        }
    }

    public func frames(of name: EncoderName) -> [LineFrame]? { desks[name].map { $0.session?.frames ?? [] } }

    /// How often something came over each encoder's line that was no frame, since its session began.
    public func lineErrors() -> [EncoderName: Int] { desks.compactMapValues { $0.session?.lineErrors } }

    public func sighted(_ card: CardPresence, on encoder: EncoderName) async {
        let mark = await mark(of: card.uid).map { " \($0)" } ?? ""
        logger.debug("card \(card.state.rawValue)\(mark)", metadata: ["encoder": "\(encoder)"])
        await events.publish(.card(encoder, card, at: time.now()))
    }

    public func sequence(of job: JobID, on encoder: EncoderName) async throws(Fault) -> Int {
        // An encoder does one job after the other, so the last number and whose it is are enough to give it to that job again.
        do throws(JournalFault) {
            let words = try await journal.fact(.sequence(encoder))?.split(separator: " ") ?? []
            let last = words.first.flatMap { Int($0) } ?? 0
            if words.count == 2, words[1] == job.text { return last }
            try await journal.setFact(.sequence(encoder), "\(last + 1) \(job)")
            return last + 1
        } catch {
            throw holdUp(job, error)
        }
    }
}
