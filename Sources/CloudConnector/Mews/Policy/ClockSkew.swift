// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How far Mews' clock is ahead of ours, measured from one request and its answer.
enum ClockSkew {
    /// More than this is worth a warning: validity times of cards may be judged by clocks nobody looks at.
    static let worthWarning: TimeInterval = 60

    /// In seconds. The answer is taken to have been made half-way between sending and receiving.
    static func measure(theirs: Date, sent: Date, received: Date) -> TimeInterval {
        theirs.timeIntervalSince(sent.addingTimeInterval(received.timeIntervalSince(sent) / 2))
    }
}
