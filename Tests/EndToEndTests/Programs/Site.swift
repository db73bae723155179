// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A hotel for one test: a folder with the configuration, secrets and logs, and the programs that were started. Everything that
/// still runs is killed when the test is over, however it ends.
final class Site: Sendable {
    static let writeToken = "e2e-write-token-6d1f0a9c4b7e2853"

    let folder: URL
    private let programs = Mutex<[RunningProgram]>([])

    private init() throws {
        // Short, because a unix socket's path is at most 107 bytes.
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("e2e-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    static func open(_ body: (Site) async throws -> Void) async throws {
        let site = try Site()
        defer {
            for program in site.programs.withLock({ $0 }) { program.signal(SIGKILL) }
            try? FileManager.default.removeItem(at: site.folder)
        }
        do {
            try await body(site)
        } catch {
            throw Trouble("\(error)\n\(site.lastLines)")
        }
    }

    // MARK: Programs

    func sandbox(timeZone: String? = nil, isOf2015: Bool = false) async throws -> SandboxProcess {
        keep(try await SandboxProcess(in: folder, timeZone: timeZone, isOf2015: isOf2015), \.program)
    }

    func encoder(
        _ name: String = "desk", _ options: [String] = [], family: String = "industry-standard"
    ) async throws -> EncoderProcess {
        keep(try await EncoderProcess(name, in: folder, options, family: family), \.program)
    }

    /// The daemon on what ``configure(encoders:sandbox:)`` wrote.
    func bridge(environment: [String: String] = [:], logLevel: String = "info") throws -> BridgeProcess {
        let program = try RunningProgram(
            ["run", "--config", configuration.path, "--log-level", logLevel], log: folder.appendingPathComponent("bridge.log"),
            environment: environment)
        return keep(BridgeProcess(program: program, web: endpoint), \.program)
    }

    /// Any other command, to its end.
    func command(_ arguments: String...) async throws -> RunningProgram.Ended { try await RunningProgram.run(arguments) }

    /// Waits until `status` finds nothing wrong; what it said last is in the error.
    func statusIsSound() async throws {
        try await eventually("a sound status") {
            let said = try await command("status", "--config", configuration.path)
            guard said.status == 0 else { throw Trouble("exit status \(said.status) after \(said.took): \(said.output)") }
            return true
        }
    }

    func keep<Kind>(_ kind: Kind, _ program: (Kind) -> RunningProgram) -> Kind {
        programs.withLock { $0.append(program(kind)) }
        return kind
    }

    // MARK: Files

    var configuration: URL { folder.appendingPathComponent("bridge.yaml") }
    var journal: URL { folder.appendingPathComponent("journal.sqlite") }
    var socket: URL { folder.appendingPathComponent("bridge.sock") }

    var endpoint: WebClient {
        let host = socket.path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return WebClient(base: "http+unix://\(host)", headers: ["Authorization": "Bearer \(Self.writeToken)", "Host": "localhost"])
    }

    /// One encoder called front-desk, and the PMS if there is one.
    func configure(_ encoder: EncoderProcess, sandbox: SandboxProcess? = nil, settings: String = "", property: String = "") throws {
        try configure(encoders: Self.entry("front-desk", encoder.link.path, settings: settings), sandbox: sandbox, property: property)
    }

    static func entry(_ name: String, _ device: String, settings: String = "") -> String {
        """
          \(name):
            driver: industry-standard
            match: { device: \(device) }
            settings: { encoder: "Online Encoder 1"\(settings.isEmpty ? "" : ", " + settings) }

        """
    }

    func configure(encoders: String, sandbox: SandboxProcess? = nil, property: String = "", listen: String? = nil) throws {
        try secret("tokens", "desk write \(Self.writeToken)")
        var text = """
            \(property)
            journal: { path: \(journal.path) }
            endpoint: { listen: "\(listen ?? "unix:" + socket.path)", tokensFile: \(folder.path)/tokens }
            encoders:
            \(encoders)

            """
        if let sandbox {
            // The sandbox's tokens are fixed and public; see its Tokens.swift.
            try secret("client-token", "5A4DB0C50000400080000000C11E0001-5A4DB0C50000400080000000C11E001")
            try secret("access-token", "5A4DB0C50000400080000000ACCE0002-5A4DB0C50000400080000000ACCE002")
            try secret("connector-token", "5A4DB0C50000400080000000C02E0003-5A4DB0C50000400080000000C02E003")
            let tokens =
                sandbox.isOf2015
                ? ["connectorTokenFile: \(folder.path)/connector-token"]
                : ["clientTokenFile: \(folder.path)/client-token", "accessTokenFile: \(folder.path)/access-token"]
            text += """
                connector:
                  mews:
                    api: http://127.0.0.1:\(sandbox.port)
                    webSocket: ws://127.0.0.1:\(sandbox.port)/ws/connector
                    client: Encoder Bridge Test 1.0.0
                    \(tokens.joined(separator: "\n    "))
                    keyCutters: { "1": front-desk }

                """
        }
        try Data(text.utf8).write(to: configuration)
    }

    func secret(_ name: String, _ text: String) throws {
        let path = folder.appendingPathComponent(name).path
        guard FileManager.default.createFile(atPath: path, contents: Data((text + "\n").utf8), attributes: [.posixPermissions: 0o600])
        else {
            throw Trouble("\(path) cannot be written")
        }
    }

    private var lastLines: String {
        ["bridge.log", "sandbox.log", "desk.log"].compactMap { name in
            guard let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) else { return nil }
            return "--- \(name)\n" + text.split(separator: "\n").suffix(12).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
