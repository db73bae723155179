// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import PortIO
import Ports

/// Runs a piece of PortIO in a process of its own and says what came of it, one JSON object a line. For tests.
@main
enum PortScenario {
    static func main() async throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        let command = arguments.isEmpty ? "" : arguments.removeFirst()
        switch (command, arguments) {
        case ("events", _): try await followEvents(arguments)
        case ("list", _): for port in try LinuxPorts().list() { say(PortLine("listed", port)) }
        case ("open", _) where arguments.count == 2: await tryToOpen(arguments[0], grace: .milliseconds(Int(arguments[1]) ?? 0))
        case ("cycle", _) where arguments.count == 2: try await openAndClose(arguments[0], times: Int(arguments[1]) ?? 0)
        case ("hangup", _) where arguments.count == 1: try await sitThroughHangUp(arguments[0])
        case ("idle", _) where arguments.count == 1: try await sitIdle(arguments[0])
        case ("exchange", _) where arguments.count == 2: try await exchange(arguments[0], times: Int(arguments[1]) ?? 0)
        case ("hid", _) where arguments.count == 2: try await askHidDevice(arguments[0], HexText.decode(arguments[1]) ?? [])
        default:
            FileHandle.standardError.write(Data("port-scenario: events|list|open|cycle|hangup|idle|exchange|hid\n".utf8))
            exit(64)
        }
    }

    static func say(_ line: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(line) else { exit(70) }
        FileHandle.standardOutput.write(data + Data("\n".utf8))
    }

    /// `device=PATH` and `tcp=HOST:PORT` are the fixed ports.
    private static func followEvents(_ arguments: [String]) async throws {
        let fixed = arguments.compactMap { argument -> PortMatch? in
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            return parts.count == 2 && parts[0] == "device" ? .device(parts[1]) : nil
        }
        for await event in LinuxPorts().events(fixed: fixed) {
            switch event {
            case .arrived(let port): say(PortLine("arrived", port))
            case .left(let port): say(PortLine("left", port))
            case .listed: say(["event": "listed"])
            }
        }
    }

    private static func tryToOpen(_ path: String, grace: Duration) async {
        let desk = Desk(LinuxPorts().makeExecutor(name: "desk"))
        say(["event": "opening"])
        do {
            try await desk.open(path, permissionGrace: grace)
            say(["event": "opened"])
        } catch {
            say(error)
        }
    }

    private static func openAndClose(_ path: String, times: Int) async throws {
        // The first round makes what stays: the runtime's own threads and descriptors.
        try await Desk(LinuxPorts().makeExecutor(name: "desk")).openAndClose(path)
        try await untilThreadsEnded()
        let before = Usage()
        for _ in 0..<times { try await Desk(LinuxPorts().makeExecutor(name: "desk")).openAndClose(path) }
        try await untilThreadsEnded()
        say(["before": before, "after": Usage()])
    }

    /// A thread whose loop was released ends in its own time; one that never does ends the test's patience.
    private static func untilThreadsEnded() async throws {
        let patience = ContinuousClock.now + .seconds(60)
        repeat { try await Task.sleep(for: .milliseconds(5)) } while Usage().threads > 0 && ContinuousClock.now < patience
    }

    private static func sitThroughHangUp(_ path: String) async throws {
        let desk = Desk(LinuxPorts().makeExecutor(name: "desk"))
        try await desk.open(path)
        say(["event": "opened"])
        say(["faults": await desk.faultsOfReads(3)])
        let before = Usage()
        _ = readLine()
        say(["before": before, "after": Usage()])
    }

    private static func sitIdle(_ path: String) async throws {
        let ports = LinuxPorts()
        let desk = Desk(ports.makeExecutor(name: "desk"))
        try await desk.open(path)
        let reading = Task { await desk.faultsOfReads(1) }
        let listening = Task {
            for await event in ports.events(fixed: [.device("/run/no-such-encoder")]) where event == .listed { say(["event": "listed"]) }
        }
        _ = readLine()
        let before = Usage()
        _ = readLine()
        say(["before": before, "after": Usage()])
        listening.cancel()
        await desk.close()
        _ = await reading.value
    }

    private static func exchange(_ path: String, times: Int) async throws {
        let desk = Desk(LinuxPorts().makeExecutor(name: "desk"))
        try await desk.open(path)
        _ = try await desk.exchange(times: min(times, 200))
        let nanoseconds = try await desk.exchange(times: times).sorted()
        say(["p50": nanoseconds[times / 2], "p99": nanoseconds[times * 99 / 100]])
    }

    /// Finds the device in the list of ports, sends it a report and tells what comes back.
    private static func askHidDevice(_ path: String, _ report: [UInt8]) async throws {
        guard let port = try LinuxPorts().list().first(where: { $0.address == path }) else { throw Fault(.offline, detail: "not listed") }
        let desk = Desk(LinuxPorts().makeExecutor(name: "desk"))
        try await desk.open(port)
        say(["read": HexText.encode(try await desk.ask(report))])
    }
}
