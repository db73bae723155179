// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What a start finds amiss, each as one sentence; the bridge goes on all the same.
enum Findings {
    /// Looks at the files before SQLite does, which would quietly begin an empty journal, and delete a log whose journal is empty.
    /// Nothing is ever deleted: what cannot be used is moved aside.
    static func before(_ path: String, now: Date) throws(JournalFault) -> [JournalFinding] {
        let size = size(path)
        guard size == nil || size == 0 else { return [] }
        var found: [JournalFinding] = []
        let log = path + "-wal"
        let hasLog = (Self.size(log) ?? 0) > 0
        if Self.size(rescue(path)) ?? 0 > 0 {
            // The bridge before us saw its file deleted and kept the content there.
            if hasLog { try move(log, aside: now) }
            if size == 0 { unlink(path) }
            guard rename(rescue(path), path) == 0 else { throw .notOpened(path, errno) }
            return [JournalFinding("the journal \(path) had been deleted: it is back with everything the bridge knew", .note)]
        }
        let state = size == 0 ? "empty" : "missing"
        if LastSeen.read(for: path) != nil {
            found.append(
                JournalFinding(
                    "the journal \(path) is \(state): a new one was begun, so orders from before are not known here any more. To have them "
                        + "back, stop the bridge and put the file, or a backup with `encoder-bridge journal restore`, in its place. "
                        + doorCodes))
        }
        if hasLog {
            let aside = try move(log, aside: now)
            found.append(JournalFinding("a log without its journal was there: it is kept for support as \(aside)"))
        }
        return found
    }

    /// Compares what the file holds with what it held when the bridge was last at rest.
    static func after(_ path: String, identity: String, _ head: HistoryHead.Mark, seal: (Int64) throws -> String?) rethrows
        -> [JournalFinding]
    {
        var found: [JournalFinding] = []
        if access(rescue(path), F_OK) == 0 {
            found.append(
                JournalFinding("what the bridge knew before its journal was replaced is kept for support as \(rescue(path))", .note))
        }
        guard let last = LastSeen.read(for: path) else { return found }
        let other =
            "keys may have been cut that it does not know. If it is a backup that was put there, all is well; else stop the bridge and put "
            + "the right file there"
        guard last.identity == identity else {
            return found + [JournalFinding("the journal \(path) is not the one that was there before: \(other). \(doorCodes)")]
        }
        if head.place < last.place {
            let lines = "the last \(last.place - head.place) lines"
            let what = "the journal \(path) lacks \(lines) that it had when the bridge was last at rest"
            return found + [JournalFinding("\(what): \(other). \(doorCodes)")]
        }
        if let there = try seal(last.place), there != last.seal {
            let elsewhere = "`encoder-bridge journal verify` says more"
            return found + [JournalFinding("the journal \(path) tells another story than when the bridge was last at rest: \(elsewhere)")]
        }
        return found
    }

    /// What a journal that is lost means at the doors.
    private static let doorCodes =
        "Door codes that it does not know stay on their locks: clear at each lock what `encoder-bridge access` lists there as other people's"

    /// Where the content of a deleted journal waits for the next start.
    static func rescue(_ path: String) -> String { path + ".rescued" }

    @discardableResult
    private static func move(_ file: String, aside now: Date) throws(JournalFault) -> String {
        let aside = "\(file).torn-\(Int(now.timeIntervalSince1970))"
        guard rename(file, aside) == 0 else { throw .notOpened(file, errno) }
        return aside
    }

    private static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}
