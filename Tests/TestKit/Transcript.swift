// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// A recorded dialogue with an encoder: what was asked of the driver, every byte on the line, and what came of it.
/// Tests/Transcripts/README.md describes the file format.
public struct Transcript: Sendable, CustomStringConvertible {
    public enum Step: Sendable, Hashable {
        /// `>` bridge to encoder
        case sent([UInt8])
        /// `<` encoder to bridge
        case received([UInt8])
        /// `~ silence`: nothing comes until the time limit
        case silence
        /// `~ gone`: the port is unplugged
        case gone
    }

    public var file: String
    public var headers: [String: String]
    public var steps: [Step]

    public init(file: String = "-", headers: [String: String] = [:], steps: [Step] = []) {
        self.file = file
        self.headers = headers
        self.steps = steps
    }

    public var description: String { "\(file): \(headers["title"] ?? "?")" }

    /// Every byte of the `>` lines.
    public var sentBytes: [UInt8] {
        steps.flatMap { step -> [UInt8] in if case .sent(let bytes) = step { bytes } else { [] } }
    }
}

/// A transcript that cannot be read.
public struct TranscriptFault: Error, CustomStringConvertible {
    public let description: String
}

extension Transcript {
    /// All dialogues of a driver, from Tests/Transcripts/DRIVER/*.txt.
    public static func all(ofDriver driver: String, testFile: StaticString = #filePath) throws -> [Transcript] {
        let folder = URL(fileURLWithPath: "\(testFile)").deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Transcripts").appendingPathComponent(driver)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "txt" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
        return try files.flatMap { try read(String(contentsOf: $0, encoding: .utf8), file: $0.lastPathComponent) }
    }

    /// Headers that the next dialogue of a file does not keep.
    private static let saidOnce = [
        "note", "remark", "reading", "receipts", "finished", "detail", "reason", "identity", "content", "verified",
    ]

    /// The dialogues of one file. A header behind a step begins the next dialogue, which keeps what it does not say anew.
    public static func read(_ text: String, file: String) throws -> [Transcript] {
        var dialogues: [Transcript] = []
        var current = Transcript(file: file, headers: [:], steps: [])
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.trimmingCharacters(in: .whitespaces)
            guard let mark = content.first else { continue }
            let rest = content.dropFirst().trimmingCharacters(in: .whitespaces)
            switch mark {
            case "#":
                if !current.steps.isEmpty {
                    dialogues.append(current)
                    current.steps = []
                    for onlyOnce in Self.saidOnce { current.headers[onlyOnce] = nil }
                }
                let parts = rest.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                current.headers[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
            case ">": current.steps.append(.sent(try bytes(rest, file: file, line: number + 1)))
            case "<": current.steps.append(.received(try bytes(rest, file: file, line: number + 1)))
            case "~" where rest == "silence": current.steps.append(.silence)
            case "~" where rest == "gone": current.steps.append(.gone)
            case "~": continue
            default: throw TranscriptFault(description: "\(file):\(number + 1): a line begins with #, >, < or ~")
            }
        }
        return current.steps.isEmpty ? dialogues : dialogues + [current]
    }

    private static func bytes(_ text: String, file: String, line: Int) throws -> [UInt8] {
        let pairs = text.prefix { $0 != ";" }.split(separator: " ")
        let bytes = pairs.compactMap { UInt8($0, radix: 16) }
        guard !bytes.isEmpty, bytes.count == pairs.count else {
            throw TranscriptFault(description: "\(file):\(line): bytes are two hexadecimal digits, a comment stands behind a semicolon")
        }
        return bytes
    }
}

extension Transcript {
    /// `# settings: encoder=1, product=onity`
    public var settings: [String: String] {
        var settings: [String: String] = [:]
        for pair in (headers["settings"] ?? "").split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if parts.count == 2 { settings[parts[0]] = parts[1] }
        }
        return settings
    }

    /// `# image: { ... }`: content of a card as the HTTP API takes it. `name`: the header.
    public func cardImage(_ name: String = "image") throws -> CardImage {
        try JSONDecoder().decode(CardImage.self, from: Data((headers[name] ?? "").utf8))
    }

    /// `# order: { ... }`: a key order as the HTTP API takes it.
    public func order() throws -> KeyOrder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(KeyOrder.self, from: Data((headers["order"] ?? "").utf8))
    }
}
