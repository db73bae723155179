// SPDX-License-Identifier: Apache-2.0
import Foundation

extension CivilTime {
    /// When a clock of that zone shows this. An hour that comes twice is the later one, so that no key is called over too early; an hour
    /// that is left out is counted on by the clock of before.
    public func instant(in zone: TimeZone) -> Date {
        // No zone changes its clocks twice within two days.
        let offsets = [-86_400, 86_400].map { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds + $0))) }
        let candidates = offsets.map { Date(timeIntervalSince1970: Double(seconds - $0)) }
        let right = candidates.filter { CivilTime($0, in: zone) == self }
        return right.max() ?? candidates.max() ?? Date(timeIntervalSince1970: Double(seconds))
    }

    /// What a clock of that zone shows at an instant, without fractions of a second.
    public init(_ instant: Date, in zone: TimeZone) {
        // A date of outside may be any number; Int holds these many times over.
        let whole = min(max(instant.timeIntervalSince1970, -1e11), 1e12).rounded(.down)
        self.init(seconds: Int(whole) + zone.secondsFromGMT(for: instant))
    }
}
