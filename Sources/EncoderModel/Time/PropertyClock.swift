// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The hotel's clock: the time zone in which a lock reads dates.
public struct PropertyClock: Sendable, Hashable {
    public var timeZone: TimeZone
    /// The desk or program that orders, for lock systems that print or log it (Latin letters, short).
    public var operatorName: String

    public init(timeZone: TimeZone, operatorName: String = "BRIDGE") {
        self.timeZone = timeZone
        self.operatorName = operatorName
    }
}
