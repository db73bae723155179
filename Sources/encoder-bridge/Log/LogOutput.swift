// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// Where entries of the log go.
enum LogOutput: Sendable {
    /// The journal's socket, as an open descriptor.
    case journal(Int32)
    case standardError

    /// The journal where systemd connected standard error to it (`JOURNAL_STREAM` names device and inode), else standard error.
    static var ofThisProcess: LogOutput {
        var status = stat()
        guard let stream = ProcessInfo.processInfo.environment["JOURNAL_STREAM"], fstat(STDERR_FILENO, &status) == 0,
            stream == "\(status.st_dev):\(status.st_ino)", let socket = connected("/run/systemd/journal/socket")
        else { return .standardError }
        return .journal(socket)
    }

    func write(_ entry: LogEntry) {
        switch self {
        case .journal(let socket):
            let bytes = entry.datagram
            if send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)) < 0 {
                // The journal is restarted or full: systemd reads the priority in front of a plain line too.
                Self.print("<\(entry.priority)>\(entry.message)\n")
            }
        case .standardError: Self.print(entry.line(at: Date()))
        }
    }

    private static func print(_ line: String) { FileHandle.standardError.write(Data(line.utf8)) }

    private static func connected(_ path: String) -> Int32? {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) == 0 }
        }
        if isConnected { return socket }
        close(socket)
        return nil
    }
}
