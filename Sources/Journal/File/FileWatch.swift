// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Synchronization

/// Notices when the journal's file, or the log beside it, is no longer the one that was opened: deleted, moved, replaced, cut short.
/// SQLite would go on writing into a file that nobody finds again.
///
/// It looks before every change, whoever else looks just now; two `stat` cost nothing beside the flush that follows.
final class FileWatch: Sendable {
    private struct Sight: Hashable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
    }

    private struct Known: Hashable {
        var file: Sight
        var log: Sight?
        var isEmptying = false
        /// How often the log was emptied: a look that began before is none of what is there now.
        var emptyings = 0
    }

    private let path: String
    /// Held open so that a deleted file can be told from a moved one. Closed last of all: closing any descriptor of the file would drop
    /// the locks that SQLite has on it (fcntl(2)).
    private let descriptor: Int32
    private let known: Mutex<Known>

    /// Before SQLite opens the file.
    init(_ path: String) throws(JournalFault) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .notOpened(path, errno) }
        guard let sight = Self.look(path) else {
            close(descriptor)
            throw .notOpened(path, ENOENT)
        }
        self.path = path
        known = Mutex(Known(file: sight))
    }

    deinit { close(descriptor) }

    /// Throws when the file is not what it was. While the log is emptied nothing is looked at: its size then says nothing.
    func check() throws(JournalFault) {
        while true {
            let before = known.withLock { $0 }
            if before.isEmptying { return }
            // Looked at without the lock: a disk that does not answer keeps nobody but who asks it.
            var now = before
            let fault = look(at: &now)
            // Others may have seen it grow since, or the log was emptied: then this look is an old one.
            let isCurrent = known.withLock { known in
                guard known == before else { return false }
                known = now
                return true
            }
            guard isCurrent else { continue }
            if let fault { throw fault }
            return
        }
    }

    private func look(at known: inout Known) -> JournalFault? {
        guard let file = Self.look(path) else { return isDeleted ? deleted : moved }
        guard file.inode == known.file.inode, file.device == known.file.device else { return replaced }
        guard file.size >= known.file.size else { return cutShort(path) }
        let log = Self.look(path + "-wal")
        if let old = known.log {
            guard let log, log.inode == old.inode, log.device == old.device else { return logGone }
            guard log.size >= old.size else { return cutShort(path + "-wal") }
        }
        known.file = file
        known.log = log ?? known.log
        return nil
    }

    /// Does what makes the log shorter, and the file longer; nobody looks at them meanwhile.
    func whileTheLogIsEmptied<Value>(_ work: () throws -> Value) rethrows -> Value {
        known.withLock { known in
            known.isEmptying = true
            known.emptyings += 1
        }
        defer {
            let (file, log) = (Self.look(path), Self.look(path + "-wal"))
            known.withLock { known in
                known.log = log
                if let file, file.inode == known.file.inode, file.size > known.file.size { known.file = file }
                known.isEmptying = false
            }
        }
        return try work()
    }

    /// The file lost its last name: its content goes with the process.
    var isDeleted: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_nlink == 0
    }

    private static func look(_ path: String) -> Sight? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Sight(device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size))
    }

    // MARK: Sentences

    private var deleted: JournalFault {
        JournalFault(
            "the journal \(path) was deleted while the bridge runs: nothing is cut until the bridge is started again "
                + "(`systemctl restart encoder-bridge`); it has kept what it knew and takes it up then", .gone)
    }

    private var moved: JournalFault {
        JournalFault(
            "the journal \(path) was moved away while the bridge runs: nothing is cut until it is back; move it back to \(path), "
                + "or stop the bridge first if it is to begin a new one", .gone)
    }

    private var replaced: JournalFault {
        JournalFault(
            "another file was put in the place of the journal \(path) while the bridge runs: nothing is cut until the first one is back; "
                + "to put a backup there, stop the bridge and use `encoder-bridge journal restore`", .gone)
    }

    private var logGone: JournalFault {
        JournalFault(
            "the log \(path)-wal, a part of the journal, was taken away while the bridge runs: nothing is cut; put it back, "
                + "or restart the bridge and see what `encoder-bridge journal verify` says", .gone)
    }

    private func cutShort(_ path: String) -> JournalFault {
        JournalFault(
            "\(path) was cut short while the bridge runs: nothing is cut; stop the bridge, keep \(self.path), \(self.path)-wal and "
                + "\(self.path)-shm for support, and put the last backup there with `encoder-bridge journal restore`", .damaged)
    }
}
