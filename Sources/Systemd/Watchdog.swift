// SPDX-License-Identifier: Apache-2.0
import Logging

/// Tells systemd that the bridge is alive, for as long as it is. With a part that hangs it falls silent, and systemd starts the bridge anew.
public struct Watchdog: Sendable {
    private let liveness: Liveness
    private let interval: Duration
    private let logger: Logger

    /// - Parameter interval: systemd's patience; `nil` if nobody watches: then there is no watchdog.
    public init?(_ liveness: Liveness, interval: Duration? = WatchdogInterval.ofThisProcess(), logger: Logger) {
        guard let interval else { return nil }
        self.liveness = liveness
        self.interval = interval
        self.logger = logger
    }

    /// Works until the task is cancelled. Three looks in systemd's patience: one slow answer on a busy machine is no reason to be restarted.
    public func run() async {
        let pause = interval / 3
        var saidSilent = false
        while !Task.isCancelled {
            let silent = await liveness.silentParts { try? await Task.sleep(for: pause) }  // ends early when cancelled
            if Task.isCancelled { return }
            if silent.isEmpty {
                ServiceNotice.alive.send()
            } else if !saidSilent {
                logger.critical("no sign of life from \(silent.joined(separator: ", ")): systemd restarts the bridge if it goes on")
            }
            saidSilent = !silent.isEmpty
        }
    }
}
