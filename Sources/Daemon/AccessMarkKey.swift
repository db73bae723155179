// SPDX-License-Identifier: Apache-2.0
import Access
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

    /// So long a key that took another's place is said: codes are known again for as long.
    private static let memory: TimeInterval = 30 * 86_400

    /// The key, and what is wrong with it.
    struct Reading {
        var key: SymmetricKey
        var problem: HealthProblem?
    }

    /// - Throws: a ``SecretFault`` or ``JournalFault``: then no code can be made, because none could be known again.
    static func read(
        for journalPath: String, _ journal: some JobJournal & GrantStore, now: Date = Date(), say: (String) -> Void
    ) async throws -> Reading {
        let path = path(of: journalPath)
        let isMoving = try await journal.fact(.accessMarkKey)?.isEmpty == false
        let isThere = isMoving || access(path, F_OK) == 0
        let key = try await file(path, journal, say: say)
        let print = print(of: key)
        let known = try await journal.fact(.accessMarkKeyPrint).map { $0.split(separator: " ").map(String.init) } ?? []
        // The one of before was put back: what it knew counts again.
        if known.count == 3, known[1] == print {
            try await journal.setFact(.accessMarkKeyPrint, print)
            return Reading(key: key)
        }
        let lost: Date?
        let isNews: Bool
        if let old = known.first {
            isNews = old != print
            lost = isNews ? now : known.count == 3 ? TimeInterval(known[2]).map { Date(timeIntervalSince1970: $0) } : nil
            if isNews { try await journal.setFact(.accessMarkKeyPrint, "\(print) \(old) \(Int(now.timeIntervalSince1970))") }
        } else {
            // An older bridge kept no print; there are marks, and the file of their key was not there.
            isNews = isThere ? false : try await hasMarks(journal)
            lost = isNews ? now : nil
            try await journal.setFact(.accessMarkKeyPrint, isNews ? "\(print) ? \(Int(now.timeIntervalSince1970))" : print)
        }
        guard let lost, now.timeIntervalSince(lost) < memory else { return Reading(key: key) }
        // Once the bridge has started again somebody has seen it.
        return Reading(key: key, problem: problem(path, since: lost, weight: isNews ? .trouble : .note))
    }

    private static func problem(_ path: String, since: Date, weight: HealthProblem.Weight) -> HealthProblem {
        HealthProblem(
            .access, subject: "access-mark-key", since: since, weight: weight,
            "\(path) was missing or is another one than the journal's marks were made with: a code of the last 30 days may come again on a "
                + "door, and codes in the PMS of guests who have left since are not known as ours. Stop the bridge and put the file back from "
                + "a copy; without one, delete such codes in the PMS by hand")
    }

    private static func hasMarks(_ journal: some GrantStore) async throws -> Bool {
        let kept = try await journal.load(since: .distantPast)
        return !kept.used.isEmpty || !kept.tokens.isEmpty || kept.grants.contains { $0.mark != nil }
    }

    /// Tells one key from another and gives none away.
    private static func print(of key: SymmetricKey) -> String {
        HMAC<SHA256>.authenticationCode(for: Data("access-mark-key".utf8), using: key).prefix(8).map { String(format: "%02x", $0) }.joined()
    }

    private static func file(_ path: String, _ journal: some JobJournal, say: (String) -> Void) async throws -> SymmetricKey {
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
