// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Glibc
import SiteConfiguration
import Testing

@testable import Console

/// Who stands at an address before a token is sent there: another user may have taken the port while the bridge was away.
@Suite struct ListenerTests {
    /// Lines of /proc/net/tcp: 8630 is 21B6.
    private static func line(_ address: String, _ state: String, _ uid: Int) -> String {
        "   0: \(address) 00000000:0000 \(state) 00000000:00000000 00:00000000 00000000 \(uid)        0 4711 1 0000 100 0 0 10 0"
    }

    private static let header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"

    private func owner(_ lines: [String], host: String = "127.0.0.1") -> uid_t? {
        Listener.owner(port: 8630, host: host, sockets: ([Self.header] + lines + [Self.header]).map { $0[...] })
    }

    @Test func listener_isWhoHoldsThePort() {
        #expect(owner([Self.line("0100007F:21B6", "0A", 65534)]) == 65534)
        #expect(owner([Self.line("00000000:21B6", "0A", 65534)]) == 65534)
        #expect(owner([]) == nil)
        // Another port, a connection of the same one, the other family's loopback.
        #expect(owner([Self.line("0100007F:21B7", "0A", 65534), Self.line("0100007F:21B6", "01", 65534)]) == nil)
        #expect(owner([Self.line("00000000000000000000000001000000:21B6", "0A", 65534)]) == nil)
        #expect(owner([Self.line("00000000000000000000000001000000:21B6", "0A", 65534)], host: "::1") == 65534)
    }

    @Test func listener_isTheOneThatGetsTheConnection_whenSeveralFit() {
        let (ours, foreign) = (Int(geteuid()), 65534)
        let all = Self.line("00000000:21B6", "0A", ours)
        #expect(owner([all, Self.line("0100007F:21B6", "0A", foreign)]) == uid_t(foreign))
        // One that is not ours is enough to send nothing.
        #expect(owner([Self.line("0100007F:21B6", "0A", ours), Self.line("0100007F:21B6", "0A", foreign)]) == uid_t(foreign))
    }

    /// The kernel hands out its list page by page, and the front desk's machine may have many programs that listen.
    @Test func listener_isFound_amongManyOthers() throws {
        var ports: [Int] = []
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        for _ in 0..<200 {
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            sockets.append(socket)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            try withUnsafeMutablePointer(to: &address) { address in
                try address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    try #require(bind(socket, address, size) == 0 && listen(socket, 1) == 0)
                    try #require(getsockname(socket, address, &size) == 0)
                }
            }
            ports.append(Int(UInt16(bigEndian: address.sin_port)))
        }
        for port in ports { #expect(Listener.owner(of: .tcp(host: "127.0.0.1", port: port)) == geteuid()) }
    }

    @Test func listener_isOurs_whenItMayHaveTheTokens() throws {
        #expect(Listener.isOurs(0, tokensFile: nil))
        #expect(Listener.isOurs(geteuid(), tokensFile: nil))
        #expect(!Listener.isOurs(65533, tokensFile: nil))
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tokens-\(UUID().uuidString)")
        try Data("desk read x\n".utf8).write(to: file)
        defer { unlink(file.path) }
        #expect(!Listener.isOurs(65533, tokensFile: file.path))
        // Who owns the file can read it anyway.
        guard geteuid() == 0 else { return }
        try #require(chown(file.path, 65533, 0) == 0)
        #expect(Listener.isOurs(65533, tokensFile: file.path))
    }
}
