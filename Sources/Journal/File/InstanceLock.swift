// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Keeps a second bridge off the same journal: a file beside it, locked while this value lives and by the kernel's hand free
/// when the process ends, however it ends. The file itself stays (removing it would let two processes lock two files of one name).
final class InstanceLock: Sendable {
    private let descriptor: Int32

    /// Throws when another process has it; the fault names its process id, which it wrote into the file.
    init(_ lockPath: String, of journal: String) throws(JournalFault) {
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .notOpened(lockPath, errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            defer { Foundation.close(descriptor) }
            guard code == EWOULDBLOCK else { throw .notOpened(lockPath, code) }
            let holder = Self.holder(descriptor).map { " (pid \($0))" } ?? ""
            throw JournalFault("another encoder-bridge\(holder) uses this journal: stop it, or give each its own journal.path (\(journal))")
        }
        self.descriptor = descriptor
        let text = Array("\(getpid())\n".utf8)
        // Only a convenience for whoever is refused: a full disk must not keep the bridge from starting here.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
    }

    deinit {
        // Said, not left to the closing: a child that is being started just now has a copy of the descriptor until it is another program.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func holder(_ descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes[..<count], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
