// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Ids are UUIDs, and a UUID is the same in capitals: two spellings of one command are one key.
enum CommandID {
    /// Small letters for a UUID; anything else is kept as it came, because it is not known how it compares.
    static func canonical(_ id: String) -> String {
        id.utf8.count == 36 && UUID(uuidString: id) != nil ? id.lowercased() : id
    }
}
