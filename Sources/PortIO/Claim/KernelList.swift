// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A list that the kernel writes when it is read, as /proc/locks, /proc/net/tcp and /proc/modules: one line an entry.
///
/// It says that it has no bytes and comes page by page. Foundation (`String(contentsOfFile:)`, `FileManager.contents(atPath:)`) reads such
/// a file once, 4096 bytes, and what stands behind the 26th socket or the 80th lock is not there for it.
public enum KernelList {
    /// All lines; `nil` when there is no such list, or this user may not read it.
    public static func lines(_ path: String) -> [Substring]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var page = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &page, page.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) }
            bytes += page[..<count]
        }
    }
}
