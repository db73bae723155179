// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging

extension JobQueue {
    public func perform(_ errand: Errand, on name: EncoderName) async throws(Fault) -> ErrandOutcome {
        guard let desk = desks[name], let session = desk.session else {
            throw Fault(.rejected(reason: "no encoder is called \(name)")).worded(words, deed: Deed(errand))
        }
        guard errand.capability.map(desk.status.capabilities.contains) ?? true else {
            throw Fault(.rejected(reason: "the encoder \(name) cannot do \(errand.rawValue)")).worded(words, deed: Deed(errand))
        }
        // Reset is what a technician reaches for when a job hangs; it still waits for the job, which has its own limit.
        // A job whose end is told already but still being written to the journal is not in hand any more: the session does this next.
        let inHand = desk.current.flatMap { live[$0] }.map { !$0.state.isFinal } ?? false
        guard !inHand, desk.waiting.isEmpty else { throw Fault(.busy, detail: "a key is being cut").worded(words, deed: Deed(errand)) }
        do throws(Fault) {
            return try await session.perform(errand)
        } catch {
            throw error.worded(words, deed: Deed(errand), gesture: desk.status.gesture)
        }
    }

    public func frames(of name: EncoderName) -> [LineFrame]? { desks[name].map { $0.session?.frames ?? [] } }

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
