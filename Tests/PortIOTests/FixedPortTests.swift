// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Foundation
import Glibc
import PortIO
import Ports
import TestKit
import Testing

private struct Failure: Error {
    var description: String
}

/// Ports that a person named: paths that appear, go and lead elsewhere, and addresses.
@Suite struct FixedPortTests {
    /// A folder of its own, removed with the test.
    private final class Folder {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("ports-\(UUID().uuidString)").path
        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Follows the bus in a task and hands out what concerns a path, one event after the other.
    private final class Follower {
        private let events: AsyncStream<BusEvent>
        private let task: Task<Void, Never>

        init(_ fixed: PortMatch..., about path: String) {
            let (events, continuation) = AsyncStream.makeStream(of: BusEvent.self)
            self.events = events
            task = Task {
                for await event in LinuxPorts().events(fixed: fixed) {
                    switch event {
                    case .arrived(let port), .left(let port): if port.address == path { continuation.yield(event) }
                    case .listed: continuation.yield(event)
                    }
                }
                continuation.finish()
            }
        }

        deinit { task.cancel() }

        func cancel() { task.cancel() }

        func next(within limit: Duration = .seconds(60)) async throws -> BusEvent? {
            let events = events
            return try await withThrowingTaskGroup(of: BusEvent?.self) { group in
                group.addTask {
                    for await event in events { return event }
                    return nil
                }
                group.addTask {
                    try await Task.sleep(for: limit)
                    throw Failure(description: "no event in \(limit)")
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        }

        func arrival() async throws -> DetectedPort {
            let event = try await next()
            guard case .arrived(let port) = event else { throw Failure(description: "no arrival: \(String(describing: event))") }
            return port
        }

        func departure() async throws -> DetectedPort {
            let event = try await next()
            guard case .left(let port) = event else { throw Failure(description: "no departure: \(String(describing: event))") }
            return port
        }
    }

    @Test func path_arrivesBeforeListed_whenItIsThereAtStart() async throws {
        let terminal = try PseudoTerminal()
        let follower = Follower(.device(terminal.path), about: terminal.path)
        #expect(try await follower.arrival().kind == .tty)
        #expect(try await follower.next() == .listed)
    }

    @Test func link_arrivesAndLeaves_withItsTerminal() async throws {
        let folder = try Folder()
        let link = folder.path + "/encoder"
        let follower = Follower(.device(link), about: link)
        #expect(try await follower.next() == .listed)
        let terminal = try PseudoTerminal(link: link)
        let port = try await follower.arrival()
        #expect(PortMatch.device(link).matches(port))
        // The link stays for a moment and leads nowhere: the terminal is gone all the same.
        terminal.hangUp()
        #expect(try await follower.departure() == port)
    }

    @Test func link_leavesAndArrives_whenItLeadsElsewhere() async throws {
        let folder = try Folder()
        let link = folder.path + "/encoder"
        let first = try PseudoTerminal(link: link)
        let follower = Follower(.device(link), about: link)
        let before = try await follower.arrival()
        #expect(try await follower.next() == .listed)
        let second = try PseudoTerminal(link: link)
        #expect(try await follower.departure() == before)
        let after = try await follower.arrival()
        #expect(after.incarnation != before.incarnation)
        withExtendedLifetime((first, second)) {}
    }

    @Test func path_arrives_whenItsFoldersAreMadeLater() async throws {
        let folder = try Folder()
        let link = folder.path + "/run/encoders/front-desk"
        let follower = Follower(.device(link), about: link)
        #expect(try await follower.next() == .listed)
        try FileManager.default.createDirectory(atPath: folder.path + "/run/encoders", withIntermediateDirectories: true)
        let terminal = try PseudoTerminal(link: link)
        let port = try await follower.arrival()
        try FileManager.default.removeItem(atPath: folder.path + "/run")
        #expect(try await follower.departure() == port)
        try FileManager.default.createDirectory(atPath: folder.path + "/run/encoders", withIntermediateDirectories: true)
        let again = try PseudoTerminal(link: link)
        #expect(try await follower.arrival().incarnation != port.incarnation)
        withExtendedLifetime((terminal, again)) {}
    }

    @Test func fileThatIsNoDevice_isNoPort() async throws {
        let folder = try Folder()
        let (path, circle) = (folder.path + "/file", folder.path + "/circle")
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(symlink(circle, circle) == 0)
        let follower = Follower(.device(path), .device(circle), about: path)
        #expect(try await follower.next() == .listed)
    }

    @Test func address_arrivesAtOnce() async throws {
        let follower = Follower(.tcp(host: "10.0.0.5", port: 8090), about: "10.0.0.5:8090")
        let port = try await follower.arrival()
        #expect(PortMatch.tcp(host: "10.0.0.5", port: 8090).matches(port))
        #expect(try await follower.next() == .listed)
    }

    @Test func events_end_whenTheirReaderIsCancelled() async throws {
        let follower = Follower(about: "")
        #expect(try await follower.next() == .listed)
        follower.cancel()
        #expect(try await follower.next() == nil)
    }
}
