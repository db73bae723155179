// SPDX-License-Identifier: Apache-2.0
import Crypto
import EncoderModel
import Foundation
import Journal
import SiteConfiguration

/// The key of the hashes by which codes are known again, in a file of its own beside the journal that only the bridge may read. Door
/// codes are so few that whoever has the key and the hashes has the codes: a copy of the journal alone must not be both.
enum AccessMarkKey {
    static func path(of journal: String) -> String {
        URL(fileURLWithPath: journal).deletingLastPathComponent().appendingPathComponent("access-mark-key").path
    }

    /// - Throws: a ``SecretFault`` or ``JournalFault``: then no code can be made, because none could be known again.
    static func read(for journalPath: String, _ journal: some JobJournal, say: (String) -> Void) async throws -> SymmetricKey {
        let path = path(of: journalPath)
        // Of a bridge that kept it in the journal. The hashes there are made with this one, whatever lies in the file.
        if let text = try await journal.fact(.accessMarkKey), let key = key(text) {
            try write(text, to: path)
            try await journal.setFact(.accessMarkKey, "")
            say("the key of the marks of door codes has moved from the journal to \(path): keep both together when you move the bridge")
            return key
        }
        if access(path, F_OK) == 0 {
            guard let key = key(try SecretFile.read(path)) else {
                throw SecretFault(
                    "\(path) holds no key: put the file back from a copy, or delete it (codes of the last 30 days may come again)")
            }
            return key
        }
        let text = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
        try write(text, to: path)
        guard let key = key(text) else { throw SecretFault("no key could be made for \(path)") }
        return key
    }

    private static func key(_ text: String) -> SymmetricKey? {
        guard let bytes = Data(base64Encoded: text), bytes.count == 32 else { return nil }
        return SymmetricKey(data: bytes)
    }

    /// Whole and on the disk when it returns: the old place is emptied afterwards.
    private static func write(_ text: String, to path: String) throws(SecretFault) {
        let fresh = path + ".new"
        unlink(fresh)
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw cannot(path) }
        let bytes = Array((text + "\n").utf8)
        let isWhole = Foundation.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWhole, rename(fresh, path) == 0 else {
            let fault = cannot(path)
            unlink(fresh)
            throw fault
        }
        let folder = open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private static func cannot(_ path: String) -> SecretFault {
        SecretFault("\(path) cannot be written (\(String(cString: strerror(errno)))): make room, and let the bridge write in its folder")
    }
}
