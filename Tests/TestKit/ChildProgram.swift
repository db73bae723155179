// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Synchronization

/// Another program that a test needs: lines go in, lines come out. It is ended with the object.
public final class ChildProgram: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
        public init(description: String) { self.description = description }
    }

    public let pid: Int32
    private let process: Mutex<Process>
    private let input: Pipe
    private let output: AsyncStream<String>

    /// Starts `arguments[0]`, a path or a name to be found in PATH.
    public init(_ arguments: [String], environment: [String: String] = [:]) throws {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        child.arguments = arguments
        child.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (input, output) = (Pipe(), Pipe())
        child.standardInput = input
        child.standardOutput = output
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        let reader = output.fileHandleForReading
        // A thread that ends with the child: the handle is read to its end, line by line.
        Thread.detachNewThread {
            var rest = Data()
            while true {
                let data = reader.availableData
                if data.isEmpty { break }
                rest += data
                while let end = rest.firstIndex(of: 0x0A) {
                    continuation.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest = Data(rest[(end + 1)...])
                }
            }
            continuation.finish()
        }
        try child.run()
        pid = child.processIdentifier
        self.input = input
        self.output = lines
        process = Mutex(child)
    }

    deinit { end() }

    /// What it prints, line by line. One reader.
    public var lines: AsyncStream<String> { output }

    /// The next line of its output that is of interest. Fails when it ends or says nothing for too long.
    public func line(within limit: Duration = .seconds(60), where wanted: @escaping @Sendable (String) -> Bool = { _ in true }) async throws
        -> String
    {
        let output = output
        return try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask {
                for await line in output where wanted(line) { return line }
                throw Failure(description: "the program ended without the line")
            }
            group.addTask {
                try await Task.sleep(for: limit)
                throw Failure(description: "no such line in \(limit)")
            }
            defer { group.cancelAll() }
            guard let line = try await group.next() else { throw Failure(description: "no line") }
            return line
        }
    }

    public func send(_ line: String) throws { try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8)) }

    /// Closes its input, for programs that end with it.
    public func finishInput() { try? input.fileHandleForWriting.close() }  // Closed already is closed.

    /// Ends it, if it has not ended.
    public func end() {
        finishInput()
        process.withLock { process in
            if process.isRunning { process.terminate() }
        }
    }
}
