// SPDX-License-Identifier: Apache-2.0
import CSystemd
import Foundation

/// The way into systemd's journal.
public enum JournalStream {
    /// Whether what is written to standard error ends up in the journal anyway: then messages may as well go there with their fields.
    /// systemd says so with device and inode of its pipe, because a service may send its errors elsewhere (systemd.exec(5)).
    public static func takesStandardError(environment: [String: String] = ProcessInfo.processInfo.environment) -> Bool {
        guard let told = environment["JOURNAL_STREAM"] else { return false }
        var status = stat()
        return fstat(STDERR_FILENO, &status) == 0 && told == "\(status.st_dev):\(status.st_ino)"
    }

    /// Hands a message over. `false` where no journal takes it.
    static func send(_ entry: JournalEntry) -> Bool {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for field in entry.fields {
            bytes += Array("\(field.name)=\(field.value)".utf8)
            ends.append(bytes.count)
        }
        return bytes.withUnsafeMutableBytes { buffer in
            var start = 0
            let parts = ends.map { end in
                defer { start = end }
                return iovec(iov_base: buffer.baseAddress?.advanced(by: start), iov_len: end - start)
            }
            return sd_journal_sendv(parts, Int32(parts.count)) == 0
        }
    }
}
