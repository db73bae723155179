// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// A journal that was deleted under the running bridge lives as long as the bridge has it open. Its content is written beside at once,
/// and takes the old place at the next start, however the bridge ended.
enum Rescue {
    /// Harmless when it was done before: nothing is kept after the deletion was noticed, so the first copy is whole.
    static func keep(_ db: Database, of path: String) {
        let copy = Findings.rescue(path)
        guard access(copy, F_OK) != 0 else { return }
        let fresh = copy + ".new"
        unlink(fresh)
        do {
            try JournalFile.makePrivate(fresh)
            try db.execute(sql: "VACUUM INTO ?", arguments: [fresh])
            _ = rename(fresh, copy)
        } catch {
            unlink(fresh)  // no room for it: the next change tries again
        }
    }
}
