// SPDX-License-Identifier: Apache-2.0

/// One direction of a serial line: bytes go in at once and come out one by one, each when its last bit would have arrived. Pure.
///
/// Times are computed from the beginning of a burst, so rounding and a late reader never add up.
struct PacedLine: Sendable {
    private struct Burst: Sendable {
        var bytes: [UInt8]
        var taken = 0
        var start: Duration
    }

    /// `nil`: no pacing.
    private let baud: Int?
    private var bursts: [Burst] = []
    private var idleFrom = Duration.zero

    init(baud: Int?) { self.baud = baud }

    mutating func put(_ bytes: [UInt8], at now: Duration) {
        guard !bytes.isEmpty else { return }
        let start = max(now, idleFrom)
        bursts.append(Burst(bytes: bytes, start: start))
        idleFrom = start + time(ofBytes: bytes.count)
    }

    /// The bytes that have arrived by now.
    mutating func take(by now: Duration) -> [UInt8] {
        var taken: [UInt8] = []
        while let burst = bursts.first, burst.start <= now {
            let arrived = baud == nil ? burst.bytes.count : min(burst.bytes.count, count(in: now - burst.start))
            taken += burst.bytes[burst.taken..<max(burst.taken, arrived)]
            guard arrived == burst.bytes.count else {
                bursts[0].taken = arrived
                break
            }
            bursts.removeFirst()
        }
        return taken
    }

    /// When the next byte arrives; `nil` on an idle line.
    var nextByte: Duration? {
        bursts.first.map { $0.start + time(ofBytes: $0.taken + 1) }
    }

    /// When the last byte arrives; `nil` on an idle line.
    var lastByte: Duration? { bursts.isEmpty ? nil : idleFrom }

    mutating func clear() {
        bursts.removeAll()
        idleFrom = .zero
    }

    /// Start bit, eight data bits, stop bit.
    private func time(ofBytes count: Int) -> Duration {
        guard let baud else { return .zero }
        return .nanoseconds((count * 10_000_000_000 + baud - 1) / baud)
    }

    private func count(in time: Duration) -> Int {
        guard let baud else { return .max }
        let (seconds, attoseconds) = time.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        return nanoseconds >= 3_600_000_000_000 ? .max : nanoseconds * baud / 10_000_000_000
    }
}
