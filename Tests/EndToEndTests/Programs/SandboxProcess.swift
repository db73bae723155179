// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The PMS: `encoder-bridge sandbox` on a free port.
struct SandboxProcess: Sendable {
    let program: RunningProgram
    let port: Int
    let web: WebClient
    /// Only what the API of 2015 had.
    let isOf2015: Bool

    /// - Parameter practice: the folder that it shall fill with a configuration to practise with.
    init(in folder: URL, timeZone: String? = nil, isOf2015: Bool = false, practice: String? = nil) async throws {
        self.isOf2015 = isOf2015
        // The bridge keeps Mews' limit by itself; the sandbox's own would only make a killed bridge's second run slow.
        var arguments = ["sandbox", "--listen", "127.0.0.1:0", "--request-limit", "100000"]
        if let timeZone { arguments += ["--time-zone", timeZone] }
        if isOf2015 { arguments.append("--form-2015") }
        if let practice { arguments += ["--practice", practice] }
        let program = try RunningProgram(arguments, log: folder.appendingPathComponent("sandbox.log"))
        self.program = program
        let port = try await eventually("the sandbox's address") { () -> Int? in
            guard let line = program.output.split(separator: "\n").first(where: { $0.contains("is open at http://127.0.0.1:") }) else {
                return nil
            }
            return line.split(separator: ":").last.flatMap { Int($0.filter(\.isNumber)) }
        }
        self.port = port
        web = WebClient(base: "http://127.0.0.1:\(port)")
    }

    /// A clerk orders keys. Rooms: 1001 is 101, 1002 is 201A, 1003 is 102, 1004 is 301, 1005 is 103.
    @discardableResult
    func cut(_ reservation: String, keys: Int = 1) async throws -> String {
        let answer = try await web.call("POST", "/sandbox/commands", json: ["reservation": reservation, "keys": keys])
        return try answer.read(CommandView.self).id
    }

    /// All commands, oldest first.
    func commands() async throws -> [CommandView] {
        struct List: Decodable {
            let commands: [CommandView]
            enum CodingKeys: String, CodingKey { case commands = "Commands" }
        }
        return try await web.get("/sandbox/commands", as: List.self).commands
    }

    func command(_ id: String) async throws -> CommandView { try await web.get("/sandbox/commands/\(id)") }

    /// The command when it has reached a final state.
    func outcome(of id: String, within limit: Duration = .seconds(60)) async throws -> CommandView {
        try await eventually("the outcome of \(id)", within: limit) {
            let found = try await command(id)
            return found.isFinal ? found : nil
        }
    }

    func outcomes(within limit: Duration) async throws -> [CommandView] {
        try await eventually("the outcome of every command", within: limit, every: .milliseconds(50)) {
            let found = try await commands()
            return found.allSatisfy(\.isFinal) ? found : nil
        }
    }

    func reached(_ state: String, _ id: String) async throws {
        try await eventually("\(id) to be \(state)") { try await command(id).history.contains { $0.state == state } }
    }

    func fault(_ fault: [String: any Sendable]) async throws {
        let answer = try await web.call("POST", "/sandbox/faults", json: fault)
        guard answer.status == 200 else { throw Trouble("the sandbox refuses the fault: \(String(decoding: answer.body, as: UTF8.self))") }
    }

    func mend() async throws { try await web.call("DELETE", "/sandbox/faults") }
}
