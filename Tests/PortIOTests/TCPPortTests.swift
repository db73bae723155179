// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Glibc
import Ports
import Synchronization
import Testing

/// A listening socket on this machine.
private final class Listener: Sendable {
    struct Failure: Error {}
    private let socket: Int32
    let port: UInt16

    init() throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        let done = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && listen(socket, 4) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        guard done else { throw Failure() }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(socket) }

    func accept() -> Int32 { Glibc.accept(socket, nil, nil) }
}

@Suite struct TCPPortTests {
    @Test(arguments: ["127.0.0.1", "localhost"])
    func bytes_arrive_inBothDirections(host: String) async throws {
        let listener = try Listener()
        let desk = Desk()
        try await desk.open("\(host):\(listener.port)", kind: .tcp)
        let peer = listener.accept()
        defer { close(peer) }
        try await desk.write([1, 2, 3])
        var got = [UInt8](repeating: 0, count: 3)
        #expect(recv(peer, &got, 3, Int32(MSG_WAITALL)) == 3)
        #expect(got == [1, 2, 3])
        #expect(send(peer, got, 3, 0) == 3)
        #expect(try await desk.read(count: 3) == [1, 2, 3])
        #expect(try await desk.read(within: .milliseconds(5)) == .deadline)
    }

    @Test func lastBytes_areRead_beforeTheEndIsTold() async throws {
        let listener = try Listener()
        let desk = Desk()
        try await desk.open("127.0.0.1:\(listener.port)", kind: .tcp)
        let peer = listener.accept()
        #expect(send(peer, [UInt8](repeating: 7, count: 3000), 3000, 0) == 3000)
        close(peer)
        #expect(try await desk.read(count: 3000).count == 3000)
        #expect(await desk.faultOfReading() == Fault(.offline, detail: "read: end of file"))
        await #expect(throws: Fault(.offline, detail: "send: EBADF")) { try await desk.write([1]) }
    }

    @Test func refusal_isOffline() async throws {
        // A port that was just given back: nobody listens there.
        let port = try Listener().port
        let fault = await Desk().faultOfOpening("127.0.0.1:\(port)", kind: .tcp)
        #expect(fault == Fault(.offline, detail: "connect: ECONNREFUSED"))
    }

    @Test(arguments: ["host", ":80", "host:", "host:99999", "host:-1"])
    func address_isRejected_whenItIsNone(address: String) async {
        let fault = await Desk().faultOfOpening(address, kind: .tcp)
        #expect(fault?.kind == .rejected(reason: "'\(address)' is not host:port"))
    }

    @Test func unknownName_isOffline_andSaysWhoSaidSo() async {
        let fault = await Desk().faultOfOpening("no-such-encoder.invalid:80", kind: .tcp)
        #expect(fault?.kind == .offline || fault?.kind == .timeout)
        #expect(fault?.detail?.hasPrefix("getaddrinfo: ") == true)
    }
}
