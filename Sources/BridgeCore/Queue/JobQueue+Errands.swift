// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

extension JobQueue {
    public func perform(_ errand: Errand, on name: EncoderName) async throws(Fault) -> ErrandOutcome {
        guard let desk = desks[name], let session = desk.session else {
            throw Fault(.rejected(reason: "no encoder is called \(name)"))
        }
        guard desk.status.capabilities.contains(errand.capability) else {
            throw Fault(.rejected(reason: "the encoder \(name) cannot do \(errand.rawValue)"))
        }
        // Reset is what a technician reaches for when a job hangs; it still waits for the job, which has its own limit.
        guard desk.current == nil, desk.waiting.isEmpty else { throw Fault(.busy, detail: "a key is being cut") }
        return try await session.perform(errand)
    }

    public func sighted(_ card: CardPresence, on encoder: EncoderName) async {
        await events.publish(.card(encoder, card, at: Date()))
    }

    public func nextSequence(for encoder: EncoderName) async throws(Fault) -> Int {
        let name = "sequence.\(encoder)"
        do throws(JournalFault) {
            let next = (try await journal.fact(name).flatMap { Int($0) } ?? 0) + 1
            try await journal.setFact(name, String(next))
            return next
        } catch {
            throw Fault(.rejected(reason: "the bridge cannot keep its journal, so nothing was cut (\(error))"))
        }
    }
}
