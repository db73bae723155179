// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A real mosquitto of a test's own.
struct BrokerProcess: Sendable {
    let program: RunningProgram
    let port: Int
    /// Where the locks write down the codes on them.
    let codesFile: URL

    init(in folder: URL) async throws {
        let settings = folder.appendingPathComponent("mosquitto.conf")
        codesFile = folder.appendingPathComponent("codes.json")
        // Below the ports that the kernel gives away, so that nobody takes it meanwhile.
        let port = Int.random(in: 20_000..<32_000)
        self.port = port
        try Data("listener \(port) 127.0.0.1\nallow_anonymous true\n".utf8).write(to: settings)
        let program = try RunningProgram(
            ["-c", settings.path], log: folder.appendingPathComponent("broker.log"), executable: URL(fileURLWithPath: "/usr/sbin/mosquitto")
        )
        self.program = program
        try await eventually("the broker") { program.output.contains("running") }
    }

    /// Lock, slot or name, code.
    func codes() throws -> [String: [String: String]] {
        try JSONDecoder().decode([String: [String: String]].self, from: Data(contentsOf: codesFile))
    }
}
