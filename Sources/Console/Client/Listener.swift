// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Glibc
import PortIO
import SiteConfiguration

/// Who listens at an address of this machine. Any user may take a port that is free while no bridge runs; a token goes to our own daemon only.
enum Listener {
    /// The user id of whoever listens there; `nil`: nobody does.
    static func owner(of address: ListenAddress) -> uid_t? {
        switch address {
        case .unix(let path): peer(path)
        case .tcp(let host, let port): owner(port: port, host: host)
        }
    }

    /// A line may be missing when sockets come and go between two pages of the list: who is not on it is looked for again.
    private static func owner(port: Int, host: String) -> uid_t? {
        for _ in 1...3 {
            let sockets = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { KernelList.lines($0) ?? [] }
            if let owner = owner(port: port, host: host, sockets: sockets) { return owner }
        }
        return nil
    }

    /// Users that may have the tokens: root, the service's, whoever asks, and the owner of the tokens file, who can read it anyway.
    static func isOurs(_ uid: uid_t, tokensFile: String?) -> Bool {
        if uid == 0 || uid == geteuid() || uid == ServiceUser.uid { return true }
        var status = stat()
        guard let tokensFile, stat(tokensFile, &status) == 0 else { return false }
        return uid == status.st_uid
    }

    static func name(_ uid: uid_t) -> String { getpwuid(uid).map { String(cString: $0.pointee.pw_name) } ?? "\(uid)" }

    /// Of a unix socket the kernel says who called listen(2) (SO_PEERCRED, unix(7)).
    private static func peer(_ path: String) -> uid_t? {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return nil }
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 }
        }
        // struct ucred: process, user and group id, which Glibc shows to GNU programs only.
        var credentials: (pid: Int32, uid: UInt32, gid: UInt32) = (0, .max, .max)
        var size = socklen_t(MemoryLayout.size(ofValue: credentials))
        guard isConnected, getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else { return nil }
        return credentials.uid
    }

    /// Of TCP, /proc/net/tcp says it: a line a socket, `sl local_address rem_address st ... uid`, state 0A listens (proc(5)). A socket bound
    /// to the address itself gets the connection before one that is bound to all of them. Pure.
    static func owner(port: Int, host: String, sockets: [Substring]) -> uid_t? {
        let wanted = ":" + String(port, radix: 16, uppercase: true).leftPadded(4)
        var found: [(isExact: Bool, uid: uid_t)] = []
        for line in sockets {
            let words = line.split(separator: " ")
            guard words.count > 7, words[3] == "0A", words[1].hasSuffix(wanted), let uid = uid_t(words[7]) else { continue }
            let address = words[1].dropLast(wanted.count)
            let isAll = address.allSatisfy { $0 == "0" }
            // The other family's loopback is another listener.
            if !isAll, host != "localhost", (address.count > 8) != host.contains(":") { continue }
            found.append((!isAll, uid))
        }
        // Where several fit, one that is not ours is enough to send nothing: the caller looks at the one that is named first.
        let exact = found.filter(\.isExact)
        let candidates = exact.isEmpty ? found : exact
        return candidates.first { $0.uid != 0 && $0.uid != geteuid() && $0.uid != ServiceUser.uid }?.uid ?? candidates.first?.uid
    }
}

extension String {
    fileprivate func leftPadded(_ width: Int) -> String { String(repeating: "0", count: max(0, width - count)) + self }
}
