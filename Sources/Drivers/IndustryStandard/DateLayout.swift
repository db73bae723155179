// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// How a product of the family writes a moment: the hotel's wall clock, without a zone.
enum DateLayout: String, Sendable, CaseIterable {
    /// `hhmmDDMMYY`
    case minutes
    /// `HHDDMMYY`
    case hours
    /// The beginning with minutes and the end without: so ST40's client sends them.
    case mixed

    fileprivate var showsMinutesOfEnd: Bool { self == .minutes }
    fileprivate var showsMinutesOfStart: Bool { self != .hours }
}

/// Writes instants as the lock reads them on its own clock.
struct LockClock: Sendable {
    let layout: DateLayout
    let timeZone: TimeZone

    /// The end of a key as it goes out.
    struct End: Sendable, Hashable {
        var text: String
        /// What a person should know, where the key ends later than was asked.
        var remark: Remark?
    }

    /// `nil` outside 2000 to 2099.
    func start(_ instant: Date) -> String? {
        clock(layout.showsMinutesOfStart).start(instant).map { text($0, layout.showsMinutesOfStart) }
    }

    /// `nil` outside 2000 to 2099.
    func end(_ instant: Date) -> End? {
        clock(layout.showsMinutesOfEnd).end(instant).map { End(text: text($0.time, layout.showsMinutesOfEnd), remark: $0.remark) }
    }

    private func clock(_ showsMinutes: Bool) -> WallClock { WallClock(step: showsMinutes ? 60 : 3600, timeZone: timeZone) }

    private func text(_ time: WallTime, _ showsMinutes: Bool) -> String {
        let clock = twoDigits(time.hour) + (showsMinutes ? twoDigits(time.minute) : "")
        return clock + twoDigits(time.day) + twoDigits(time.month) + twoDigits(time.year % 100)
    }
}
