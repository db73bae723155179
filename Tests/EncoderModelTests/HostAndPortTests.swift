// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Testing

@Suite struct HostAndPortTests {
    @Test(arguments: [
        ("10.0.0.5:8090", HostAndPort(host: "10.0.0.5", port: 8090)),
        ("lock-server.local:1", HostAndPort(host: "lock-server.local", port: 1)),
        ("router_1:80", HostAndPort(host: "router_1", port: 80)), ("[::1]:65535", HostAndPort(host: "::1", port: 65535)),
        ("[fe80::1%eth0]:5010", HostAndPort(host: "fe80::1%eth0", port: 5010)),
    ])
    func hostAndPort_isRead_andWrittenAlike(text: String, place: HostAndPort) {
        #expect(HostAndPort(text) == place)
        #expect(place.description == text)
    }

    @Test(arguments: [
        "", ":80", "host", "host:", "host:0", "host:65536", "host:+80", "host:80 ", "::1:80", "[::1]", "[::1]80", "[host]:80", "[]:80",
        "user@host:80", "host name:80", "host:80:90", "[fe80::1%]:80", "http://host:80",
    ])
    func hostAndPort_isRefused_whenItIsNotExactlyThat(text: String) { #expect(HostAndPort(text) == nil) }

    @Test func portZero_isTaken_whereAnyFreeOneWillDo() {
        #expect(HostAndPort("127.0.0.1:0", takesAnyFreePort: true) == HostAndPort(host: "127.0.0.1", port: 0))
    }

    @Test(arguments: [
        ("localhost", true), ("LOCALHOST", true), ("127.0.0.1", true), ("127.255.255.254", true), ("::1", true), ("[::1]", true),
        ("127.0.0.1.evil.example", false), ("127.1", false), ("127.0.0.+1", false), ("127.0.0.256", false), ("128.0.0.1", false),
        ("0.0.0.0", false), ("::", false), ("localhost.example", false), ("", false),
    ])
    func loopback_isWhatCannotLeaveTheMachine(host: String, expected: Bool) { #expect(HostAndPort.isLoopback(host) == expected) }
}
