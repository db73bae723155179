// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@testable import Simulators

/// A simulator on a terminal that somebody else made, as on the device's side of a USB gadget.
@Suite(.timeLimit(.minutes(6))) struct ExistingTerminalTests {
    private func options(_ path: String) -> SimulatorOptions {
        var options = SimulatorOptions()
        options.terminal = path
        options.baud = 9600
        return options
    }

    private func next(_ events: AsyncStream<SimulatorEvent>, _ wanted: SimulatorEvent) async throws {
        for await event in events where event == wanted { return }
        throw SimulatorFault("the simulator ended without '\(wanted)'")
    }

    @Test func enquiry_isAnswered_onATerminalThatWasThere() async throws {
        let line = try TestKit.PseudoTerminal()
        let simulator = try SimulatorCatalog.make(driver: "industry-standard", options: options(line.path))
        let running = Task { try await simulator.run() }
        let events = simulator.events
        try await next(events, .listening(path: line.path))
        try line.write([0x05])
        #expect(try line.read(1, within: .seconds(60)) == [0x06])
        running.cancel()
        try await running.value
    }

    @Test func simulator_waitsForTheTerminal_whenItGoesAndComesBack() async throws {
        let link = FileManager.default.temporaryDirectory.appendingPathComponent("tty-\(UUID().uuidString)").path
        let first = try TestKit.PseudoTerminal(link: link)
        let simulator = try SimulatorCatalog.make(driver: "industry-standard", options: options(link))
        let running = Task { try await simulator.run() }
        let events = simulator.events
        try await next(events, .listening(path: link))
        first.hangUp()
        try await next(events, .unplugged)
        let second = try TestKit.PseudoTerminal(link: link)
        try await next(events, .listening(path: link))
        try second.write([0x05])
        #expect(try second.read(1, within: .seconds(60)) == [0x06])
        running.cancel()
        try await running.value
    }

    @Test func simulator_saysWhatIsWrong_whenThePathIsNoTerminal() async throws {
        let simulator = try SimulatorCatalog.make(driver: "industry-standard", options: options("/dev/null"))
        await #expect(throws: SimulatorFault.self) { try await simulator.run() }
    }
}
