// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import Journal

extension AccessParts {
    /// So long after their end codes that nobody takes off are trouble; from then on whoever let them be knows, and they are a note.
    private static let troubleFor: TimeInterval = 30 * 86_400

    /// What an earlier configuration put on locks that this one has not: nobody takes it off.
    static func leftBehind(in journal: SQLiteJournal, now: Date = Date()) async -> HealthProblem? {
        // A journal that cannot be read says so itself.
        guard let kept = try? await journal.load(since: now) else { return nil }
        let left = kept.grants.filter(\.mayBeOnLock)
        guard !left.isEmpty else { return nil }
        let isOld = left.allSatisfy { max($0.isBackup ? $0.since : $0.window.end, $0.since) + troubleFor < now }
        let count = left.count == 1 ? "1 code is" : "\(left.count) codes are"
        let locks = Set(left.map(\.lock)).sorted().map(\.rawValue).joined(separator: ", ")
        return HealthProblem(
            .access, subject: "left on locks", weight: isOld ? .note : .trouble,
            "\(count) on locks that the configuration does not have any more (\(locks)): nobody takes them off, and the PMS may go on showing "
                + "them. Write `mqtt`, `locks` and `access` again until they are off, or take them off at the locks")
    }
}
