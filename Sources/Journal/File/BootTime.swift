// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How long the machine had been running, sleep included, and which of its runs it was: the one clock of it that nobody sets. Orders age
/// by it, also while the bridge is away.
struct BootTime: Sendable, Hashable {
    var boot: String
    var milliseconds: Int64

    /// `nil` where /proc does not say which run this is; orders then age by the wall clock.
    static func now() -> BootTime? {
        guard let boot = thisBoot else { return nil }
        var time = timespec()
        guard clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return nil }
        return BootTime(boot: boot, milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    private static let thisBoot: String? = {
        guard let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8) else { return nil }
        let id = text.filter { $0.isHexDigit }.prefix(12)
        return id.count == 12 ? String(id) : nil
    }()
}
