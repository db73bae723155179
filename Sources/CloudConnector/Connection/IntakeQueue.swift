// SPDX-License-Identifier: Apache-2.0

/// Which commands are still to be read from Mews. One request runs at a time, so that orders reach the desk in the order in which
/// they were made; ids that arrive meanwhile gather into the next batch. No I/O and no clock.
struct IntakeQueue: Sendable {
    enum Step: Sendable, Hashable {
        /// Read all active commands, and again those that the journal has not finished.
        case catchUp
        /// Read these.
        case fetch([CommandHint])
    }

    /// Mews takes a thousand ids a request; a hundred keeps the answers small.
    static let largestBatch = 100
    /// More ids than this are no longer kept one by one: everything is read anew instead.
    static let mostWanted = 2000

    private(set) var running: Step?
    /// Failures in a row.
    private(set) var failures = 0
    private var resting = false
    private var wantsCatchUp = false
    private var wanted: [CommandHint] = []
    private var batch = IntakeQueue.largestBatch
    /// Asked for alone in vain: they come behind the others, and alone, or they would fail those with them.
    private var suspects: Set<String> = []
    /// Spoken of by an event and not listed yet, with how often they were asked for.
    private var missing: [String: (hint: CommandHint, tries: Int)] = [:]

    /// How often a command is asked for that Mews does not list: 1 + 2 + 4 + 8 + 16 s. What comes later is found by the net.
    static let mostTries = 5

    mutating func wantCatchUp() { wantsCatchUp = true }

    mutating func want(_ hints: [CommandHint]) {
        for hint in hints {
            if let index = wanted.firstIndex(where: { $0.id == hint.id }) {
                // A final state is the one that must not be forgotten; otherwise the newest counts.
                if wanted[index].state?.isFinal != true { wanted[index] = hint }
            } else {
                wanted.append(hint)
            }
        }
        if wanted.count > Self.mostWanted {
            wanted = []
            suspects = []
            wantsCatchUp = true
        }
    }

    /// What to begin now, if anything.
    mutating func next() -> Step? {
        guard running == nil, !resting else { return nil }
        if wantsCatchUp {
            wantsCatchUp = false
            running = .catchUp
        } else if !wanted.isEmpty {
            let hints = wanted.filter { !suspects.contains($0.id) }.prefix(batch)
            let taken = hints.isEmpty ? wanted.prefix(1) : hints
            let ids = Set(taken.map(\.id))
            wanted.removeAll { ids.contains($0.id) }
            running = .fetch(Array(taken))
        }
        return running
    }

    mutating func done() {
        if case .fetch(let hints) = running { suspects.subtract(hints.map(\.id)) }
        running = nil
        failures = 0
        batch = Self.largestBatch
    }

    /// - Returns: true if the queue must rest (``rested()``) before it goes on.
    mutating func failed(_ problem: MewsProblem) -> Bool {
        defer { running = nil }
        switch running {
        case .fetch(let hints):
            let left = hints.filter { hint in !wanted.contains { $0.id == hint.id } }
            guard problem.mayBeOfOneRequest, hints.count == 1 else {
                if problem.mayBeOfOneRequest { batch = max(1, hints.count / 2) }
                wanted = left + wanted
                break
            }
            // Mews itself does not want to hear of this one id, or has a fault with it while others are read: they must not wait for
            // it, and the net looks for it.
            var isItsOwn = failures == 0 && suspects.contains(hints[0].id)
            if case .refused = problem.kind { isItsOwn = true }
            guard !isItsOwn else {
                suspects.remove(hints[0].id)
                return false
            }
            suspects.insert(hints[0].id)
            wanted += left
        case .catchUp, nil:
            wantsCatchUp = true
        }
        failures += 1
        resting = true
        return true
    }

    mutating func rested() { resting = false }

    /// Events came before Mews lists their commands.
    /// - Returns: after which time ``wantMissing()`` is to be called; `nil` if nothing is left to ask for.
    mutating func missed(_ hints: [CommandHint]) -> Duration? {
        let ids = Set(hints.map(\.id))
        var tries = 0
        for hint in hints {
            let before = missing[hint.id]?.tries ?? 0
            missing[hint.id] = before < Self.mostTries ? (hint, before + 1) : nil
            if before < Self.mostTries { tries = tries == 0 ? before + 1 : min(tries, before + 1) }
        }
        if missing.count > Self.mostWanted {
            missing = missing.filter { ids.contains($0.key) }
            if missing.count > Self.mostWanted { missing = [:] }
            wantsCatchUp = true
        }
        return tries == 0 || missing.isEmpty ? nil : .seconds(1 << (tries - 1))
    }

    mutating func wantMissing() { want(missing.values.map(\.hint)) }

    /// Commands that Mews lists are no longer missing.
    mutating func found(_ ids: Set<String>) {
        for id in ids { missing[id] = nil }
    }

    /// The request that ran has come to nothing, and nothing goes on.
    mutating func stopped() { running = nil }

    /// Forgets everything but the request that is on its way: what is active will be read anew after the next sign-in.
    mutating func clear() {
        let running = running
        self = IntakeQueue()
        self.running = running
    }
}
