// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Synchronization

/// The order in which hotel systems asked, at whichever facade. The queue keeps the order of what it has. On the way there, and for what a
/// lock system is told beside the queue when its encoder is free, this does: a check-out that comes behind the next guest's key ends that
/// key, and everybody was told OK.
public final class Turns: Sendable {
    /// What is asked about. The lock system behind one encoder may be that behind another: a room is one room.
    struct Matter: Sendable, Hashable {
        var encoder: EncoderName?
        var rooms: Set<String>

        func concerns(_ other: Matter) -> Bool {
            (encoder != nil && encoder == other.encoder) || !rooms.isDisjoint(with: other.rooms)
        }
    }

    private let open = Mutex<[(matter: Matter, latch: Latch)]>([])

    public init() {}

    /// Takes a place for each matter behind everything that concerns it and is not over. Those of one call do not wait for each other.
    func arrive(_ matters: [Matter], until end: ContinuousClock.Instant) -> [Arrival] {
        open.withLock { open in
            open.removeAll { $0.latch.isOpen }
            let arrivals = matters.map { matter in
                Arrival(end: end, before: open.filter { matter.concerns($0.matter) }.map(\.latch))
            }
            open += zip(matters, arrivals.map(\.own)).map { ($0, $1) }
            return arrivals
        }
    }
}

/// Something that a hotel system asked, in its turn.
struct Arrival: Sendable {
    /// So long its hotel system waits, counted from when it came.
    let end: ContinuousClock.Instant
    fileprivate let before: [Latch]
    fileprivate let own = Latch()

    /// Waits until everything is over that came before. `false`: that was not in time, and nothing may be begun.
    func isNext() async -> Bool {
        if before.allSatisfy(\.isOpen) { return true }
        let (before, end) = (before, end)
        return await waiting(
            for: { for latch in before { await latch.opened() } }, unless: { try await Task.sleep(until: end, clock: .continuous) },
            givesUpWhenCancelled: true) != nil
    }

    /// The queue has it, or it is done, or nothing will come of it: what came later may go on. Harmless when called again.
    func pass() { own.open() }
}

private final class Latch: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func opened() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
