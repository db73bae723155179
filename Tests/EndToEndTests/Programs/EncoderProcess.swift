// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// The encoder: `encoder-bridge simulate industry-standard`, or another family.
struct EncoderProcess: Sendable {
    let program: RunningProgram
    let link: URL
    private let cardFile: URL

    /// - Parameter options: further options of `simulate`, such as `--fault`, `noCard:once`.
    init(_ name: String, in folder: URL, _ options: [String] = [], family: String = "industry-standard") async throws {
        let link = folder.appendingPathComponent(name)
        self.link = link
        cardFile = folder.appendingPathComponent("\(name).cards")
        var arguments = ["simulate", family, "--link", link.path, "--cards", cardFile.path]
        if !options.contains("--card-delay") { arguments += ["--card-delay", "20ms"] }
        program = try RunningProgram(arguments + options, log: folder.appendingPathComponent("\(name).log"))
        try await eventually("the encoder's terminal") { FileManager.default.fileExists(atPath: link.path) }
    }

    /// Every card that was cut, by every simulator of this name.
    func cards() throws -> [CardView] {
        guard FileManager.default.fileExists(atPath: cardFile.path) else { return [] }
        let text = try String(contentsOf: cardFile, encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(CardView.self, from: Data($0.utf8)) }
    }

    func cut(_ count: Int, within limit: Duration = .seconds(60)) async throws {
        try await eventually("\(count) cards", within: limit) { try cards().count >= count }
    }

    /// The plug out and in again, after the simulator's `--absence`.
    func replug() { program.signal(SIGHUP) }
}
