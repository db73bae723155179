// SPDX-License-Identifier: Apache-2.0
import Foundation

extension Date {
    /// Whole milliseconds since 1970 UTC, rounded; dates beyond what fits are cut, so that no input can stop the bridge.
    var milliseconds: Int64 {
        let value = (timeIntervalSince1970 * 1000).rounded()
        return Int64(exactly: value) ?? (value < 0 ? .min : .max)
    }

    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
