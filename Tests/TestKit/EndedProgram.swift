// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Another program that ran to its end, and what it said.
///
/// Whoever waits for it holds none of the few threads on which the tests go on: on two processors two tests that wait in place would
/// stop all others, and with them whatever a deadline is measured against.
public struct EndedProgram: Sendable {
    public let status: Int32
    public let output: String
    public let errors: String

    /// All that it said, whichever way.
    public var text: String { output + errors }

    /// Runs `arguments[0]`, a path or a name to be found in PATH; 127 is its status when there is none.
    /// - Parameters:
    ///   - folder: where it runs; nothing is where the tests do.
    ///   - input: what it reads.
    public init(_ arguments: [String], in folder: URL? = nil, input: String = "", environment: [String: String] = [:]) async throws {
        self = try await onAThreadOfItsOwn { try Self(held: arguments, in: folder, input: input, environment: environment) }
    }

    private init(held arguments: [String], in folder: URL?, input: String, environment: [String: String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = folder }
        // Files at both ends: a pipe that fills up would stop the program, and one that nobody reads any more would end the tests.
        let files = FileManager.default.temporaryDirectory.appendingPathComponent("program-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: files) }  // Of no consequence: a temporary folder.
        let (reads, complaints) = (files.appendingPathComponent("input"), files.appendingPathComponent("errors"))
        try Data(input.utf8).write(to: reads)
        try Data().write(to: complaints)
        let says = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: reads)
        process.standardOutput = says
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
        let said = try says.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        status = process.terminationStatus
        output = String(decoding: said, as: UTF8.self)
        errors = String(decoding: try Data(contentsOf: complaints), as: UTF8.self)
    }
}

/// Does what holds its thread until something happens elsewhere.
public func onAThreadOfItsOwn<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}
