// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How a product of the family writes a moment: the hotel's wall clock, without a zone.
enum DateLayout: String, Sendable, CaseIterable {
    /// `hhmmDDMMYY`
    case minutes
    /// `HHDDMMYY`: ST40 clients send no minutes.
    case hours

    var seconds: Int { self == .minutes ? 60 : 3600 }
}

/// Writes instants as the lock reads them on its own clock.
struct LockClock: Sendable {
    let layout: DateLayout
    let timeZone: TimeZone

    /// The end of a key as it goes out.
    struct End: Sendable, Hashable {
        var text: String
        /// What a person should know, where the key ends later than was asked.
        var remark: String?
    }

    private var clock: WallClock { WallClock(step: layout.seconds, timeZone: timeZone) }

    /// `nil` outside 2000 to 2099.
    func start(_ instant: Date) -> String? { clock.start(instant).map(text) }

    /// `nil` outside 2000 to 2099.
    func end(_ instant: Date) -> End? {
        clock.end(instant).map { End(text: text($0.time), remark: $0.remark) }
    }

    private func text(_ time: WallTime) -> String {
        let clock = layout == .minutes ? twoDigits(time.hour) + twoDigits(time.minute) : twoDigits(time.hour)
        return clock + twoDigits(time.day) + twoDigits(time.month) + twoDigits(time.year % 100)
    }
}
