// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import GRDB

/// What SQLite says, as one sentence for a technician. Values of a statement (guest data) are never in it.
extension JournalFault {
    init(_ error: any Error, path: String) {
        if let known = error as? JournalFault {
            self = known
            return
        }
        guard let error = error as? DatabaseError else {
            self.init("the journal \(path) failed (\(type(of: error))): restart the bridge and send the log to support")
            return
        }
        let code = "SQLite \(error.extendedResultCode.rawValue)"
        switch error.resultCode.primaryResultCode {
        case .SQLITE_FULL:
            self.init("the disk that holds the journal \(path) is full: make room on it, the bridge then goes on", .full)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
            self.init(
                "the journal \(path) cannot be written (\(code)): give the file, its folder and the files beside it to the bridge's user",
                .readOnly)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
            self = .damaged(path, error.message ?? code)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                "another program keeps the journal \(path) locked: close it (`fuser \(path)` names it), the bridge then goes on", .locked)
        case .SQLITE_IOERR:
            self.init(
                "the disk that holds the journal \(path) reports errors (\(code)): look at `journalctl -k` and change the disk", .disk)
        case .SQLITE_MISUSE:
            self.init("the journal \(path) is closed: the bridge is stopping", .closed)
        default:
            self.init("the journal \(path) failed (\(code), \(error.message ?? "no details")): restart the bridge and send this to support")
        }
    }

    /// What is wrong with a file that a person named, such as a backup: the journal in use has nothing to do with it.
    init(_ error: any Error, named path: String) {
        guard !(error is JournalFault), let error = error as? DatabaseError else {
            self.init(error, path: path)
            return
        }
        let code = "SQLite \(error.extendedResultCode.rawValue)"
        switch error.resultCode.primaryResultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
            let words = Self.oneLine(error.message ?? code)
            self.init("\(path) is damaged (\(words)): nothing was changed; use an older backup", .damaged)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
            self.init("\(path) cannot be opened (\(code)): nothing was changed; run this with sudo, or name another file", .readOnly)
        default:
            self.init(error, path: path)
        }
    }

    private static func oneLine(_ detail: String) -> String {
        String(detail.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(160))
    }

    static func damaged(_ path: String, _ detail: String) -> JournalFault {
        JournalFault(
            "the journal \(path) is damaged (\(oneLine(detail))): stop the bridge, move \(path), \(path)-wal and \(path)-shm aside together "
                + "and keep them for support, then start it again with an empty journal, or put a backup there with "
                + "`encoder-bridge journal restore`", .damaged)
    }

    static func unknownJob(_ id: JobID) -> JournalFault {
        JournalFault("job \(id) is not in the journal: `encoder-bridge jobs` lists those that are", .request)
    }
}
