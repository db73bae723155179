// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Synchronization

/// The last frames on the line of one encoder, for a technician. Small, in memory only, and told of each frame while it goes.
final class FrameTrail: LineWatch {
    /// Enough for a key with its copies.
    static let most = 40
    private static let longestKind = 80

    private struct State {
        var rows: [(frame: LineFrame, ofRoutine: Bool)] = []
        var isRoutine = false
        var errors = 0
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Date

    init(now: @escaping @Sendable () -> Date) { self.now = now }

    /// The oldest first.
    var frames: [LineFrame] { state.withLock { $0.rows.map(\.frame) } }

    /// How often something came that was no frame, since the session began. A cable or a supply that goes bad shows here first: retries hide it.
    var errors: Int { state.withLock { $0.errors } }

    /// An idle encoder is asked for its card, or whether it lives, several times a second: only the last such question is kept, or they
    /// would push out what is looked for here.
    func beginRoutine() {
        state.withLock { state in
            state.rows.removeAll(where: \.ofRoutine)
            state.isRoutine = true
        }
    }

    func endRoutine() { state.withLock { $0.isRoutine = false } }

    func damaged(_ why: String, bytes: Int) {
        state.withLock { $0.errors += 1 }
        passed(.received, why, bytes: bytes)
    }

    func passed(_ direction: LineFrame.Direction, _ kind: String, bytes: Int) {
        let frame = LineFrame(
            at: now(), direction: direction, kind: kind.utf8.count > Self.longestKind ? String(kind.prefix(Self.longestKind)) : kind,
            bytes: bytes)
        state.withLock { state in
            // Bytes at a wrong speed come one by one.
            if kind == LineFrame.noise, let last = state.rows.last?.frame, last.kind == kind, last.direction == direction {
                state.rows[state.rows.count - 1].frame.bytes += bytes
                return
            }
            if state.rows.count == Self.most { state.rows.removeFirst() }
            state.rows.append((frame, state.isRoutine))
        }
    }
}
