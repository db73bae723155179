// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Synchronization

/// The program under test as a process of its own. What it prints goes to a file, which outlives a kill.
final class RunningProgram: Sendable {
    /// Beside the test bundle, where SwiftPM builds both.
    static let binary = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("encoder-bridge")

    let pid: Int32
    private let log: URL
    private let process: Mutex<Process>

    /// - Parameter executable: another program than the one under test.
    init(_ arguments: [String], log: URL, environment: [String: String] = [:], executable: URL = binary) throws {
        self.log = log
        if !FileManager.default.fileExists(atPath: log.path) {
            guard FileManager.default.createFile(atPath: log.path, contents: nil) else { throw Trouble("\(log.path) cannot be made") }
        }
        let output = try FileHandle(forWritingTo: log)
        try output.seekToEnd()
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        pid = process.processIdentifier
        self.process = Mutex(process)
    }

    deinit { if isRunning { Glibc.kill(pid, SIGKILL) } }

    var isRunning: Bool { process.withLock { $0.isRunning } }
    /// Everything printed so far, by every process that had this file.
    var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    func signal(_ number: Int32) {
        if isRunning { Glibc.kill(pid, number) }
    }

    /// Ends it with no chance to tidy up, and waits until it is gone.
    func killNine() async throws {
        signal(SIGKILL)
        _ = try await exitStatus()
    }

    /// Asks it to end, and waits until it has.
    @discardableResult
    func stop() async throws -> Int32 {
        signal(SIGTERM)
        return try await exitStatus()
    }

    func exitStatus(within limit: Duration = .seconds(60)) async throws -> Int32 {
        try await eventually("the end of process \(pid)", within: limit) {
            self.isRunning ? nil : self.process.withLock { $0.terminationStatus }
        }
    }

    /// Runs to its end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], within limit: Duration = .seconds(60), executable: URL = binary
    ) async throws -> Ended {
        let start = ContinuousClock.now
        let log = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: log) }
        let program = try RunningProgram(arguments, log: log, environment: environment, executable: executable)
        let status = try await program.exitStatus(within: limit)
        return Ended(status: status, output: program.output, took: .now - start)
    }

    struct Ended: Sendable {
        let status: Int32
        let output: String
        let took: Duration
    }
}

/// Something that the tests themselves need did not work.
struct Trouble: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
