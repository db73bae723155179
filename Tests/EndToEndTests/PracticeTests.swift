// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `sandbox --practice FOLDER`: what it writes and prints is enough to cut a key.
@Suite(.timeLimit(.minutes(6))) struct PracticeTests {
    @Test func practice_cutsAKey_withTheCommandsAsPrinted() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("practice-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // Of no consequence: a temporary folder.
        let sandbox = try await SandboxProcess(in: folder, practice: folder.path + "/hotel")
        let printed = try await eventually("the commands that start the rest") { () -> [String]? in
            let lines = sandbox.program.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            let commands = lines.filter { $0.hasPrefix("encoder-bridge ") }
            return commands.count == 2 ? commands : nil
        }
        var programs: [RunningProgram] = []
        for (number, command) in printed.enumerated() {
            let words = command.split(separator: " ").dropFirst().map(String.init)
            programs.append(try RunningProgram(words, log: folder.appendingPathComponent("program-\(number).log")))
        }
        let outcome = try await sandbox.outcome(of: sandbox.cut("1001"))
        #expect(outcome.state == "Processed", "\(programs.map(\.output))")
        for program in programs { try await program.stop() }
        try await sandbox.program.stop()
    }
}
