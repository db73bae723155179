// SPDX-License-Identifier: Apache-2.0
import CSystemd
import Glibc

/// What a service tells systemd of itself (`Type=notify`, sd_notify(3)). Started otherwise, every notice goes nowhere, which is no fault.
public enum ServiceNotice: Sendable, Hashable {
    /// The endpoint listens and the journal is open.
    case ready
    /// The configuration is being read again; `ready` follows. The time is that of CLOCK_MONOTONIC, in microseconds.
    case reloading(monotonic: UInt64)
    case stopping
    /// The service is alive: due at least once in the interval of ``WatchdogInterval``.
    case alive
    /// One line for `systemctl status`.
    case status(String)

    /// As sd_notify(3) has it: a line for each assignment.
    public var text: String {
        switch self {
        case .ready: "READY=1"
        case .reloading(let monotonic): "RELOADING=1\nMONOTONIC_USEC=\(monotonic)"
        case .stopping: "STOPPING=1"
        case .alive: "WATCHDOG=1"
        // A line break would begin another assignment.
        case .status(let line): "STATUS=" + line.map { $0.isNewline ? " " : String($0) }.joined()
        }
    }

    /// The notice of a reload that begins now.
    public static var reloadingNow: ServiceNotice {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return .reloading(monotonic: UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1000)
    }

    /// Tells systemd. Never blocks for long: a datagram on a socket of this machine.
    /// - Returns: whether somebody was told; `false` where no systemd waits for notices.
    @discardableResult
    public func send() -> Bool { sd_notify(0, text) > 0 }
}

/// How often systemd wants to hear that the service is alive (`WatchdogSec=`).
public enum WatchdogInterval {
    /// `nil` if nobody watches this process.
    public static func ofThisProcess() -> Duration? {
        var microseconds: UInt64 = 0
        guard sd_watchdog_enabled(0, &microseconds) > 0, microseconds > 0 else { return nil }
        return .microseconds(Int64(clamping: microseconds))
    }
}
