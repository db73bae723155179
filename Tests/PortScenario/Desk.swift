// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import PortIO
import Ports

/// Stands where a session will: an actor on the thread of its port.
actor Desk {
    private let executor: any SerialExecutor
    private var port: (any Ports.Port)?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ executor: any SerialExecutor) { self.executor = executor }

    func open(_ path: String, permissionGrace: Duration = .zero) async throws(Fault) {
        let detected = DetectedPort(incarnation: .init(path), kind: .tty, address: path)
        port = try await LinuxPorts(permissionGrace: permissionGrace).open(detected, line: LineSettings(baud: 9600), on: executor)
    }

    func open(_ detected: DetectedPort) async throws(Fault) {
        port = try await LinuxPorts().open(detected, line: LineSettings(baud: 9600), on: executor)
    }

    /// Sends bytes and gives as many back.
    func ask(_ bytes: [UInt8]) async throws(Fault) -> [UInt8] {
        guard let port else { return [] }
        let deadline = ContinuousClock.now + .seconds(30)
        try await port.write(bytes, by: deadline)
        var answer: [UInt8] = []
        while answer.count < bytes.count, case .bytes(let more) = try await port.read(by: deadline) { answer += more }
        return answer
    }

    func openAndClose(_ path: String) async throws(Fault) {
        try await open(path)
        close()
    }

    func close() { port?.close() }

    /// The faults that end so many reads without a limit.
    func faultsOfReads(_ count: Int) async -> [String] {
        var faults: [String] = []
        while faults.count < count, let port {
            do {
                _ = try await port.read(by: nil)
            } catch {
                faults.append("\(error.kind.code): \(error.detail ?? "")")
            }
        }
        return faults
    }

    /// Nanoseconds of each exchange of 16 bytes.
    func exchange(times: Int) async throws(Fault) -> [Int64] {
        guard let port else { return [] }
        let frame = [UInt8](0..<16)
        var taken: [Int64] = []
        taken.reserveCapacity(times)
        for _ in 0..<times {
            let start = ContinuousClock.now
            let deadline = start + .seconds(5)
            try await port.write(frame, by: deadline)
            var got = 0
            while got < frame.count, case .bytes(let bytes) = try await port.read(by: deadline) { got += bytes.count }
            taken.append(start.duration(to: .now).components.attoseconds / 1_000_000_000)
        }
        return taken
    }
}
