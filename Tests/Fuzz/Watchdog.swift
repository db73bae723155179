// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Synchronization

/// Ends the program when one batch of inputs takes far longer than any should, and leaves behind which batch each target is at.
final class Watchdog: Sendable {
    /// A batch takes milliseconds; the machine may be busy.
    private static let limit = Duration.seconds(60)
    private let running = Mutex<[String: (seed: UInt64, since: ContinuousClock.Instant)]>([:])

    init() {
        Thread.detachNewThread { [self] in
            while true {
                sleep(1)
                let late = running.withLock { batches in
                    batches.first { ContinuousClock.now - $0.value.since > Self.limit }
                }
                if let late {
                    print("\(late.key): hangs (--target \(late.key) --seed \(late.value.seed))")
                    exit(1)
                }
            }
        }
    }

    /// The line on standard error is what is left to read when the process crashes in this batch.
    func begin(_ target: String, _ seed: UInt64) {
        running.withLock { $0[target] = (seed, .now) }
        let path = "\(NSTemporaryDirectory())/fuzz-\(target).seed"
        try? Data("fuzz-decoders 0 --target \(target) --seed \(seed)\n".utf8).write(to: URL(fileURLWithPath: path))  // only a hint
    }

    func end(_ target: String) {
        running.withLock { $0[target] = nil }
    }
}

/// What each target came to.
final class Results: Sendable {
    struct Line: Sendable {
        var text: String
        var isFailure: Bool
    }

    private let kept = Mutex<[Line]>([])
    func add(_ line: Line) { kept.withLock { $0.append(line) } }
    var lines: [String] { kept.withLock { $0.map(\.text) } }
    var hasFailed: Bool { kept.withLock { $0.contains(where: \.isFailure) } }
}
