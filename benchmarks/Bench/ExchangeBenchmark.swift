// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import CFloor
import DriverKit
import EncoderModel
import Foundation
import Framing
import Logging
import PortIO
import Ports

/// Round trip of one 16-byte frame over a pseudo-terminal with an echo program, everything on one CPU, block by block in turn:
/// C, pyserial, our port, our whole driver path (driver, link, codec, session, port).
enum ExchangeBenchmark {
    static let size = 16
    static let block = 250
    static let rounds = 24

    static func run() async throws {
        guard floor_pin(0) == 0 else { return print("exchange: cannot pin to one CPU") }
        let floorLine = echoLine()
        let floor = floor_open_slave(floorLine)
        let pyserial = try Pyserial(line: echoLine())
        let system = LinuxPorts()
        let executor = system.makeExecutor(name: "bench")
        let loop = PortLoopRunner(executor: executor, system: system, line: echoLine())
        try await loop.open()
        let driver = EchoDriver()
        let session = EncoderSession(
            name: "bench", driver: driver, match: .device("bench"), ports: system, host: NoHost(),
            logger: Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() }))
        let work = Task { await session.run() }
        await session.post(.portArrived(DetectedPort(incarnation: .init("bench"), kind: .tty, address: echoLine())))

        var samples: [String: [Double]] = [:]
        var differences: [String: [Double]] = [:]
        for round in 0..<rounds {
            var medians: [String: Double] = [:]
            func keep(_ name: String, _ nanoseconds: [UInt64]) {
                let micro = nanoseconds.map { Double($0) / 1000 }
                medians[name] = Statistics(micro).median
                if round > 1 { samples[name, default: []] += micro }  // the first rounds warm the caches
            }
            var times = [UInt64](repeating: 0, count: block)
            guard floor_exchange(floor, size, block, &times) == 0 else { return print("exchange: the floor's line broke") }
            keep("C", times)
            keep("pyserial", try pyserial.exchange(block))
            keep("port", try await loop.exchange(block, size))
            keep("driver", await driver.gate.measure(block))
            guard round > 1, let base = medians["C"] else { continue }
            for (name, median) in medians where name != "C" { differences[name, default: []].append(median - base) }
        }
        work.cancel()
        print("\nExchange of 16 bytes over a pseudo-terminal, one CPU, \(rounds - 2) interleaved blocks of \(block)")
        let widths = [-34, 9, 9, 12, 14, 12]
        print(row(["", "p50 us", "p99 us", "over C us", "(middle half)", "goal"], widths: widths))
        for (name, title, goal) in [
            ("C", "C read/write", ""), ("pyserial", "pyserial", ""), ("port", "our port", "+4"),
            ("driver", "our whole driver path", "+10"),
        ] {
            let all = Statistics(samples[name] ?? [])
            let over = Statistics(differences[name] ?? [])
            let interval = name == "C" ? "" : "\(fixed(over.quantile(0.25))) - \(fixed(over.quantile(0.75)))"
            let delta = name == "C" ? "" : "+" + fixed(over.median)
            print(row([title, fixed(all.median), fixed(all.quantile(0.99)), delta, interval, goal], widths: widths))
        }
    }

    static func echoLine() -> String {
        var name = [CChar](repeating: 0, count: 64)
        guard floor_spawn_echo(&name, name.count) > 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Our port alone: write, read until the frame is whole. An actor on the port's own thread, as a session is.
actor PortLoopRunner {
    nonisolated let executor: any SerialExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let system: LinuxPorts
    private let line: String
    private var port: (any Ports.Port)?

    init(executor: any SerialExecutor, system: LinuxPorts, line: String) {
        self.executor = executor
        self.system = system
        self.line = line
    }

    func open() async throws {
        let detected = DetectedPort(incarnation: .init("port"), kind: .tty, address: line)
        port = try await system.open(detected, line: LineSettings(baud: 115_200), on: executor)
    }

    func exchange(_ count: Int, _ size: Int) async throws -> [UInt64] {
        guard let port else { return [] }
        let frame = [UInt8](repeating: 0x55, count: size)
        var times: [UInt64] = []
        times.reserveCapacity(count)
        for _ in 0..<count {
            let start = ContinuousClock.now
            let deadline = start + .seconds(5)
            try await port.write(frame, by: deadline)
            var have = 0
            while have < size {
                guard case .bytes(let bytes) = try await port.read(by: deadline) else { break }
                have += bytes.count
            }
            times.append(nanoseconds(ContinuousClock.now - start))
        }
        return times
    }
}

func nanoseconds(_ duration: Duration) -> UInt64 {
    UInt64(duration.components.seconds) * 1_000_000_000 + UInt64(duration.components.attoseconds / 1_000_000_000)
}

/// pyserial in a process of its own, told how many frames to exchange.
final class Pyserial {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(line: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["/usr/bin/python3", "benchmarks/pyserial_exchange.py", line, "\(ExchangeBenchmark.size)"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    func exchange(_ count: Int) throws -> [UInt64] {
        input.fileHandleForWriting.write(Data("\(count)\n".utf8))
        var text = Data()
        while text.last != UInt8(ascii: "\n") {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            text += more
        }
        return String(decoding: text, as: UTF8.self).split(separator: " ").compactMap { UInt64($0.trimmingCharacters(in: .newlines)) }
    }
}
