// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
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
        Listener.owner(port: 8630, host: host, tables: [([Self.header] + lines).joined(separator: "\n"), Self.header])
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
