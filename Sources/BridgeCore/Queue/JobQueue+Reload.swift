// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

extension JobQueue {
    /// The configuration was read again. Sessions of encoders that changed or went have ended before; what was queued for an encoder that
    /// is still there goes on with its new session.
    /// - Parameters:
    ///   - encoders: all that are configured now, as they look before a port has been seen.
    ///   - untouched: those whose session runs on.
    public func reconfigure(
        _ encoders: [EncoderStatus], untouched: Set<EncoderName>, timeZone: TimeZone?, words: Words
    ) async {
        configuredZone = timeZone
        self.words = words
        let names = Set(encoders.map(\.name))
        for name in desks.keys.sorted() where !untouched.contains(name) {
            await layDown(name)
            if !names.contains(name) { await close(name) }
        }
        for status in encoders where !untouched.contains(status.name) {
            desks[status.name, default: Desk(status: status)].status = status
            watchGrace(status.name)
            if let whole = encoder(status.name) { await events.publish(.encoder(whole)) }
        }
    }

    /// The order in hand of a session that has ended: back to the front of the line, or interrupted if a card may have been written.
    private func layDown(_ name: EncoderName) async {
        desks[name]?.session = nil
        guard let id = desks[name]?.current, let taken = desks[name]?.taken, var job = live[id] else { return }
        release(job)
        if job.state.mayHaveWritten {
            // The journal that fails here fails louder elsewhere; after a restart the job is found and reported all the same.
            try? await record(.interrupted, of: id)
        } else {
            job.state = .queued
            job.prompt = nil
            live[id] = job
            desks[name]?.waiting.putBack(taken)
        }
    }

    /// Orders for an encoder that is configured no longer are refused, not forgotten.
    private func close(_ name: EncoderName) async {
        let waiting = desks[name]?.waiting.removeAll() ?? []
        desks[name]?.grace?.cancel()
        // At once: an order that comes while these end must not wait where nobody looks.
        desks[name] = nil
        await end(waiting, gone(name))
    }

    func gone(_ name: EncoderName) -> Fault {
        Fault(.rejected(reason: "no encoder is called \(name) any more"), cause: .noEncoder)
    }
}
