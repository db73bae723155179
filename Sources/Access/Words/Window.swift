// SPDX-License-Identifier: Apache-2.0
import Foundation

/// From when until when a code opens: two instants. What a clock on a wall shows then is ``LocalWindow``'s business.
public struct Window: Sendable, Hashable, Codable {
    public var start: Date
    /// No longer part of it.
    public var end: Date

    public init(start: Date, end: Date) {
        self.start = start
        self.end = end
    }

    public func contains(_ moment: Date) -> Bool { start <= moment && moment < end }
}
