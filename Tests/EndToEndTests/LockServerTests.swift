// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// The bridge as the hotel system of a lock maker's server, over FIAS: both directions of dialling, a bad serial line, every fault of the
/// simulated server, and a bridge that is killed.
@Suite(.serialized, .timeLimit(.minutes(6))) struct LockServerTests {
    @Test(arguments: [true, false]) func mewsCommand_becomesAKey_whoeverDials(bridgeDials: Bool) async throws {
        try await Site.open { site in
            let way = bridgeDials ? LockServerProcess.Way.listens(try freePort()) : .dials(try freePort())
            let sandbox = try await site.sandbox()
            let server = try site.lockServer(way)
            try site.configure(way, sandbox: sandbox)
            let bridge = try site.bridge()
            try await bridge.ready()
            try await bridge.ready("bar")
            let command = try await sandbox.outcome(of: try await sandbox.cut("1001"))
            #expect(command.state == "Processed", "\(command)")
            let other = try await bridge.order("205", on: "bar", copies: 3)
            #expect(try await bridge.outcome(of: other.id).state == "done")
            #expect(try server.cards() == ["KR N 101 Pool", "KR N 205", "KR D 205", "KR D 205"])
        }
    }

    @Test(arguments: ["nak:3", "strayEnquiry", "lostByte:2", "doubledByte:2", "badChecksum:3", "cutAnswer", "gluedRecords"])
    func serialLine_isRepaired_withoutASecondCard(fault: String) async throws {
        try await Site.open { site in
            let server = try site.lockServer(.serial("tty"), ["--fault", fault])
            try site.configure(.serial("tty"), settings: "answerTimeout: 15s")
            let bridge = try site.bridge()
            try await bridge.ready()
            try await bridge.ready("bar")
            let first = try await bridge.order("101", copies: 2)
            let second = try await bridge.order("102", on: "bar")
            #expect(try await bridge.outcome(of: first.id).state == "done")
            #expect(try await bridge.outcome(of: second.id).state == "done")
            #expect(try server.cards().sorted() == ["KR D 101", "KR N 101", "KR N 102"])
        }
    }

    /// What the first order of three cards ends as, and which cards there are when the next one is made.
    @Test(arguments: [
        ("retry:once", "timeout", "untouched", 0), ("denied:once", "rejected", "untouched", 0),
        ("unknownRoom:once", "rejected", "untouched", 0),
        ("noResponse:once", "timeout", "unknown", 0), ("timeout:once", "timeout", "unknown", 0),
        ("wrongWorkstation:once", "timeout", "unknown", 1),
        ("lateAnswer:once", "timeout", "unknown", 1), ("unplugMidJob:once", "offline", "unknown", 0),
    ])
    func faultOfTheServer_endsInItsOutcome_andTheNextKeyIsMade(fault: String, code: String, card: String, made: Int) async throws {
        try await Site.open { site in
            let way = LockServerProcess.Way.listens(try freePort())
            let server = try site.lockServer(way, ["--fault", fault, "--late-by", "3500ms"])
            try site.configure(way)
            let bridge = try site.bridge()
            try await bridge.ready()
            let first = try await bridge.outcome(of: try await bridge.order("101", copies: 3).id)
            #expect(first.state == "failed", "\(first)")
            #expect(first.fault?.code == code)
            #expect(first.fault?.card == card)
            try await bridge.ready()
            let next = try await bridge.outcome(of: try await bridge.order("102").id)
            #expect(next.state == "done", "\(next)")
            #expect(try server.cards() == Array(repeating: "KR N 101", count: made) + ["KR N 102"])
        }
    }

    @Test(arguments: ["busy:once", "noDeclarations"]) func faultThatPasses_isWaitedOut(fault: String) async throws {
        try await Site.open { site in
            let way = LockServerProcess.Way.listens(try freePort())
            let server = try site.lockServer(way, ["--fault", fault])
            try site.configure(way)
            let bridge = try site.bridge()
            try await bridge.ready()
            let job = try await bridge.outcome(of: try await bridge.order("101", copies: 2).id)
            #expect(job.state == "done", "\(job)")
            #expect(try server.cards() == ["KR N 101", "KR D 101"])
        }
    }

    /// Killed while the lock server makes the card: interrupted, never ordered again, and the next key is not held up by it.
    @Test func killedBridge_neverOrdersTheKeyAgain() async throws {
        try await Site.open { site in
            let way = LockServerProcess.Way.listens(try freePort())
            let server = try site.lockServer(way, ["--card-delay", "1s"])
            try site.configure(way)
            let first = try site.bridge()
            try await first.ready()
            let order = try await first.order("101")
            try await eventually("the order to be with the lock server") { try await first.job(order.id).state == "writing" }
            try await first.killNine()
            let second = try site.bridge()
            try await second.ready()
            let job = try await second.outcome(of: order.id)
            #expect(job.fault?.code == "interrupted")
            #expect(job.fault?.card == "unknown")
            let next = try await second.outcome(of: try await second.order("102").id)
            #expect(next.state == "done", "\(next)")
            // Killed before the order was on the line it made no card; in no case two.
            #expect(try [["KR N 101", "KR N 102"], ["KR N 102"]].contains(server.cards()))
        }
    }

    /// Who dials in from an address that is not named gets nothing, and the link that lives is not disturbed.
    @Test func strangers_areClosedWithoutAByte() async throws {
        try await Site.open { site in
            let port = try freePort()
            _ = try site.lockServer(.dials(port))
            try site.configure(.dials(port))
            let bridge = try site.bridge()
            try await bridge.ready()
            #expect(try bytes(from: "127.0.0.2", at: port) == [])
            #expect(try await bridge.outcome(of: try await bridge.order("101").id).state == "done")
        }
    }
}

/// What a server says to a connection from an address of this machine before it closes it.
private func bytes(from source: String, at port: Int) throws -> [UInt8] {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    func with(_ host: String, _ port: Int, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard with(source, 0, { bind(descriptor, $0, $1) }) == 0, with("127.0.0.1", port, { connect(descriptor, $0, $1) }) == 0 else {
        throw Trouble("no connection from \(source)")
    }
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count >= 0 else { throw Trouble("the connection was not closed") }
    return Array(buffer[..<count])
}

/// A port of the network that nobody uses.
func freePort() throws -> Int {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let found = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
    }
    guard found else { throw Trouble("no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
}
