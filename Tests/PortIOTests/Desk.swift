// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Glibc
import PortIO
import Ports

/// Stands where a session will: an actor on the thread of its port.
actor Desk {
    private let executor: any SerialExecutor
    private(set) var port: (any Ports.Port)?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ executor: any SerialExecutor = LinuxPorts().makeExecutor(name: "desk")) { self.executor = executor }

    func open(_ path: String, kind: PortKind = .tty, line: LineSettings = LineSettings(baud: 9600)) async throws(Fault) {
        let detected = DetectedPort(incarnation: .init(path), kind: kind, address: path)
        port = try await LinuxPorts().open(detected, line: line, on: executor)
    }

    func read(within limit: Duration? = .seconds(5)) async throws(Fault) -> PortEvent {
        guard let port else { throw Fault(.offline, detail: "not open") }
        return try await port.read(by: limit.map { .now + $0 })
    }

    func write(_ bytes: [UInt8], within limit: Duration = .seconds(60)) async throws(Fault) {
        guard let port else { throw Fault(.offline, detail: "not open") }
        try await port.write(bytes, by: .now + limit)
    }

    func change(_ line: LineSettings) async throws(Fault) {
        guard let port else { throw Fault(.offline, detail: "not open") }
        try await port.change(line)
    }

    /// So many bytes, in as many reads as they come in.
    func read(count: Int) async throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard case .bytes(let more) = try await read() else { throw Fault(.timeout, detail: "got \(bytes.count) bytes") }
            bytes += more
        }
        return bytes
    }

    /// The fault that opening gives, or nil.
    func faultOfOpening(_ path: String, kind: PortKind = .tty, line: LineSettings = LineSettings(baud: 9600)) async -> Fault? {
        do throws(Fault) {
            try await open(path, kind: kind, line: line)
            return nil
        } catch {
            return error
        }
    }

    func faultOfReading() async -> Fault? {
        do throws(Fault) {
            while true { if case .deadline = try await read() { return nil } }
        } catch {
            return error
        }
    }

    func wake() { port?.wake() }
    func close() { port?.close() }
    /// The thread that this actor's code runs on.
    func thread() -> UInt { UInt(pthread_self()) }
    nonisolated func isAssumedIsolated() -> Bool { assumeIsolated { _ in true } }
    func assumesIsolation() -> Bool { isAssumedIsolated() }
}
