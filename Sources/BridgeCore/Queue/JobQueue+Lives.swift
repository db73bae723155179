// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// Orders that get too old while they wait. Counted on the clock that nobody sets, so that a clock that is put right changes nothing.
extension JobQueue {
    /// Wakes when the next order gets too old.
    func watchLives() {
        guard let next = desks.values.compactMap(\.waiting.nextDeadline).min() else { return }
        if let lifeWatch, lifeWatch.until <= next { return }
        lifeWatch?.task.cancel()
        let task = Task {
            guard (try? await self.time.sleep(next - self.time.uptime())) != nil else { return }
            await self.lifeIsOver(next)
        }
        lifeWatch = (next, task)
    }

    private func lifeIsOver(_ until: Duration) async {
        if lifeWatch?.until == until { lifeWatch = nil }
        await endOverdue()
        watchLives()
    }

    /// Ends the waiting orders that are too old by now.
    func endOverdue() async {
        let now = time.uptime()
        for name in desks.keys.sorted() {
            await end(desks[name]?.waiting.removeOverdue(at: now) ?? [], Fault(.expired))
        }
    }
}
