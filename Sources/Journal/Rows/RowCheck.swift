// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation

/// A check number over the columns of a job that decide what is cut. SQLite keeps none of its own: a bit that flips on the disk would
/// turn room 101 into 111, and the key would open another guest's door.
enum RowCheck {
    static func number(_ columns: [String?]) -> Int64 {
        var hash = SHA256()
        for column in columns {
            // 0xFF stands in no UTF-8 text: columns cannot run into each other, and NULL is not the empty text.
            hash.update(data: Array((column ?? "\u{0}").utf8) + [0xFF])
        }
        return hash.finalize().prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }
}
