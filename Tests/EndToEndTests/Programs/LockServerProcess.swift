// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A lock maker's server: `encoder-bridge simulate fias`, on the network or on a serial line.
struct LockServerProcess: Sendable {
    enum Way: Sendable {
        case listens(Int)
        case dials(Int)
        case serial(String)

        func arguments(in folder: URL) -> [String] {
            switch self {
            case .listens(let port): ["--listen", "127.0.0.1:\(port)"]
            case .dials(let port): ["--connect", "127.0.0.1:\(port)"]
            case .serial(let name): ["--link", folder.appendingPathComponent(name).path]
            }
        }

        /// The `match` of the bridge's encoders behind it.
        func match(in folder: URL) -> String {
            switch self {
            case .listens(let port): "{ tcp: \"127.0.0.1:\(port)\" }"
            case .dials(let port): "{ tcpListen: \"127.0.0.1:\(port)\", from: [127.0.0.1] }"
            case .serial(let name): "{ device: \(folder.appendingPathComponent(name).path) }"
            }
        }
    }

    let program: RunningProgram
    private let cardFile: URL

    init(_ way: Way, in folder: URL, _ options: [String] = []) throws {
        cardFile = folder.appendingPathComponent("lock-server.cards")
        var arguments = ["simulate", "fias"] + way.arguments(in: folder) + ["--cards", cardFile.path]
        if !options.contains("--card-delay") { arguments += ["--card-delay", "50ms"] }
        program = try RunningProgram(arguments + options, log: folder.appendingPathComponent("desk.log"))
    }

    /// `KR N 101`, in the order in which the cards were made.
    func cards() throws -> [String] {
        guard FileManager.default.fileExists(atPath: cardFile.path) else { return [] }
        struct Card: Decodable {
            var command: String
            var rooms: [String]
        }
        let text = try String(contentsOf: cardFile, encoding: .utf8)
        return try text.split(separator: "\n").map {
            let card = try JSONDecoder().decode(Card.self, from: Data($0.utf8))
            return ([card.command] + card.rooms).joined(separator: " ")
        }
    }
}

extension Site {
    func lockServer(_ way: LockServerProcess.Way, _ options: [String] = []) throws -> LockServerProcess {
        keep(try LockServerProcess(way, in: folder, options), \.program)
    }

    /// Two encoders, front-desk (01) and bar (02), behind one lock server.
    func configure(_ way: LockServerProcess.Way, sandbox: SandboxProcess? = nil, settings: String = "answerTimeout: 3s") throws {
        let entries = [("front-desk", "01"), ("bar", "02")].map { name, number in
            "  \(name): { driver: fias, match: \(way.match(in: folder)), settings: { encoder: \"\(number)\", \(settings) } }\n"
        }
        try configure(encoders: entries.joined(), sandbox: sandbox)
    }
}
