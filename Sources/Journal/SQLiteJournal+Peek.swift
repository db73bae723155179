// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

extension SQLiteJournal {
    /// A fact of a journal that a bridge may have open: for `check`, which must not disturb it. Reads only.
    /// - Returns: `nil` if there is no such file, fact or right to read it; that is for others to say.
    public static func peek(_ fact: Fact, at path: String) -> String? {
        guard FileManager.default.isReadableFile(atPath: path) else { return nil }
        // Whatever is wrong with the file is told by the daemon, with what to do.
        let database = try? JournalDatabase.reading(path)
        defer { try? database?.close() }  // Only read: closing cannot lose anything.
        return try? database?.read { try FactRow.value($0, fact) }
    }
}
