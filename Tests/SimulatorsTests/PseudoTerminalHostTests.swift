// SPDX-License-Identifier: Apache-2.0
import Foundation
import Framing
import Testing

@testable import Simulators

/// What a program at the other end of the line does: open, send, wait for bytes.
private final class HostSide {
    let descriptor: Int32

    init(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        try #require(descriptor >= 0, "cannot open \(path): errno \(errno)")
    }
    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) { #expect(write(descriptor, bytes, bytes.count) == bytes.count) }

    /// That many bytes, or what came before the line went or the time was over.
    func receive(_ count: Int, within seconds: Double = 5) -> [UInt8] {
        let end = Date() + seconds
        var received: [UInt8] = []
        while received.count < count, Date() < end {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, Int32(max(1, end.timeIntervalSinceNow * 1000))) > 0 else { break }
            var buffer = [UInt8](repeating: 0, count: 256)
            let got = read(descriptor, &buffer, buffer.count)
            if got > 0 { received += buffer[..<got] }
            if got == 0 || (got < 0 && errno != EAGAIN) { break }
        }
        return received
    }

    /// Whether the line has hung up within that time.
    func isHungUp(within seconds: Double = 5) -> Bool {
        let end = Date() + seconds
        while Date() < end {
            var entry = pollfd(fd: descriptor, events: 0, revents: 0)
            if poll(&entry, 1, 100) > 0, entry.revents & Int16(POLLHUP) != 0 { return true }
        }
        return false
    }
}

private func frame(_ fields: String...) -> [UInt8] {
    StxEtxCodec(.industryStandard).encode(.message(SeparatedFields(fields)?.body ?? []))
}

private let room101 = frame("CN", "1", "E", "101", "", "", "", "", "", "1400211126", "1200231126", "DESK")

/// Runs a simulator while `body` talks to it, then stops it.
private func withSimulator(
    _ options: SimulatorOptions, _ body: (any Simulator, AsyncStream<SimulatorEvent>) async throws -> Void
) async throws {
    let simulator = try SimulatorCatalog.make(driver: "industry-standard", options: options)
    let running = Task { try await simulator.run() }
    do {
        try await body(simulator, simulator.events)
    } catch {
        running.cancel()
        throw error
    }
    running.cancel()
    try await running.value
}

private func temporary(_ name: String) -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("simulator-\(UUID().uuidString)-\(name)").path
}

/// Goes on to the event that is meant; fails when the simulator ends before.
private func awaitEvent(
    _ events: AsyncStream<SimulatorEvent>, where isMeant: (SimulatorEvent) -> Bool
) async throws -> SimulatorEvent {
    for await event in events where isMeant(event) { return event }
    throw SimulatorFault("the simulator ended before the event came")
}

@Suite(.timeLimit(.minutes(6))) struct PseudoTerminalHostTests {
    @Test func key_isCut_overARealTerminal() async throws {
        var options = SimulatorOptions()
        options.link = temporary("line")
        options.cards = temporary("cards")
        options.cardDelay = .milliseconds(5)
        try await withSimulator(options) { _, events in
            let link = try #require(options.link)
            #expect(try await awaitEvent(events) { _ in true } == .listening(path: link))
            // The terminal is raw already: nothing comes back as an echo, no byte is changed.
            for round in 1...3 {
                let host = try HostSide(link)
                host.send([0x05])
                #expect(host.receive(1) == [0x06])
                host.send(room101)
                #expect(host.receive(10) == [0x06] + frame("CN", "1"))
                host.send([0x06])
                _ = try await awaitEvent(events) { $0 == .answered("CN") }
                #expect(try String(contentsOfFile: try #require(options.cards), encoding: .utf8).split(separator: "\n").count == round)
            }
            _ = try await awaitEvent(events) { $0 == .closed }
        }
        let lines = try String(contentsOfFile: try #require(options.cards), encoding: .utf8).split(separator: "\n")
        let last = try JSONDecoder().decode(SimulatedCard.self, from: Data(try #require(lines.last).utf8))
        #expect(last.number == 3)
        #expect(last.rooms == ["101"])
        #expect(last.till == "1200231126")
        var status = stat()
        #expect(lstat(try #require(options.link), &status) == -1, "the link stayed behind")
    }

    @Test func plug_isPulledInTheMiddle_andComesBackUnderTheSameLink() async throws {
        var options = SimulatorOptions()
        options.link = temporary("line")
        options.faults = [.unplugMidJob: .times(1)]
        options.unplugAfter = .milliseconds(300)
        options.absence = .milliseconds(50)
        try await withSimulator(options) { _, events in
            let link = try #require(options.link)
            _ = try await awaitEvent(events) { _ in true }
            let host = try HostSide(link)
            host.send(room101)
            #expect(host.receive(1) == [0x06])
            #expect(host.isHungUp())
            _ = try await awaitEvent(events) { $0 == .unplugged }
            _ = try await awaitEvent(events) { $0 == .listening(path: link) }
            let again = try HostSide(link)
            again.send([0x05])
            #expect(again.receive(1) == [0x06])
        }
    }

    @Test func faults_changeWhileItRuns() async throws {
        var options = SimulatorOptions()
        options.link = temporary("line")
        try await withSimulator(options) { simulator, events in
            _ = try await awaitEvent(events) { _ in true }
            let host = try HostSide(try #require(options.link))
            host.send([0x05])
            #expect(host.receive(1) == [0x06])
            simulator.set(.busy, .always)
            host.send(room101)
            #expect(host.receive(10) == [0x06] + frame("OV", "1"))
            simulator.unplug(for: .milliseconds(10))
            #expect(host.isHungUp())
        }
    }

    /// ENQ, order and their answers at 9600 baud: never faster than the line. How much slower, the benchmark measures.
    @Test func dialogue_takesAsLongAsOnALine() async throws {
        var options = SimulatorOptions()
        options.link = temporary("line")
        options.baud = 9600
        options.cardDelay = .zero
        try await withSimulator(options) { _, events in
            _ = try await awaitEvent(events) { _ in true }
            let host = try HostSide(try #require(options.link))
            let clock = ContinuousClock()
            let start = clock.now
            host.send([0x05])
            #expect(host.receive(1) == [0x06])
            host.send(room101)
            #expect(host.receive(10) == [0x06] + frame("CN", "1"))
            let taken = clock.now - start
            let bytes = 1 + 1 + room101.count + 10
            let line = Duration.nanoseconds(bytes * 10_000_000_000 / 9600)
            #expect(taken >= line)
        }
    }

    @Test func run_fails_whenSomethingElseStandsAtTheLink() async throws {
        var options = SimulatorOptions()
        options.link = temporary("file")
        try Data("keep me".utf8).write(to: URL(fileURLWithPath: try #require(options.link)))
        let simulator = try SimulatorCatalog.make(driver: "industry-standard", options: options)
        await #expect(throws: SimulatorFault.self) { try await simulator.run() }
        #expect(try String(contentsOfFile: try #require(options.link), encoding: .utf8) == "keep me")
    }
}
