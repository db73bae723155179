// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// The file before SQLite opens it: folder, permissions, lock.
enum JournalFile {
    /// Holds the journal for this process.
    static func claim(_ path: String) throws(JournalFault) -> InstanceLock {
        try refuseMissingFolder(of: path)
        return try InstanceLock(path + ".lock", of: path)
    }

    /// Makes the file if it is not there. Only the bridge's user may read it: it holds guests' names until their keys are cut.
    /// SQLite gives the files beside it the same permissions.
    static func makePrivate(_ path: String) throws(JournalFault) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .notOpened(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .notOpened(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw JournalFault("\(path) is not a file: set journal.path to the path of a file")
        }
        guard status.st_mode & 0o077 == 0 || fchmod(descriptor, 0o600) == 0 else {
            throw JournalFault("other users may read the journal \(path): run `chmod 600 \(path)` as its owner")
        }
    }

    private static func refuseMissingFolder(of path: String) throws(JournalFault) {
        let folder = (path as NSString).deletingLastPathComponent
        var status = stat()
        guard stat(folder.isEmpty ? "." : folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw JournalFault(
                "the journal's folder \(folder) is not there: make it with `install -d -m 700 -o encoder-bridge \(folder)`, "
                    + "or set journal.path to another place")
        }
    }
}

extension JournalFault {
    /// A file of the journal that the system would not open, by what `errno` was then.
    static func notOpened(_ path: String, _ code: Int32) -> JournalFault {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        switch code {
        case ENOSPC, EDQUOT:
            return JournalFault("the disk that holds the journal \(path) is full: make room on it and start the bridge again", .full)
        case EACCES, EPERM:
            return JournalFault(
                "the bridge may not write \(path): give the folder to the bridge's user with `chown -R encoder-bridge \(folder)`", .readOnly
            )
        case EROFS:
            return JournalFault(
                "the disk that holds \(path) is mounted read-only: set journal.path to a disk that can be written", .readOnly)
        case EISDIR:
            return JournalFault("\(path) is a folder: set journal.path to the path of a file in it")
        default:
            return JournalFault("\(path) could not be opened (\(String(cString: strerror(code)))): check journal.path and the disk")
        }
    }
}
