// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Ports

/// A recorded dialogue with an encoder: what was asked of the driver, every byte on the line, and what came of it.
/// Tests/Transcripts/README.md describes the file format.
public struct Transcript: Sendable, Hashable, CustomStringConvertible {
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
    /// `~` lines for the reader only, by the index of the step that they stand before.
    public var asides: [Int: [String]] = [:]
    /// When a step took place, by its index, counted from the beginning of the dialogue. Where it was recorded.
    public var times: [Int: Duration] = [:]

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

    /// `# order: { ... }`: a key order as the HTTP API takes it.
    public func order() throws -> KeyOrder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(KeyOrder.self, from: Data((headers["order"] ?? "").utf8))
    }

    /// `# port: hidraw`: how the bytes went, where a driver wraps them by that; otherwise a serial line.
    public var portKind: PortKind { headers["port"].flatMap(PortKind.init(rawValue:)) ?? .tty }

    /// Lines were taken out because what they say belongs to a guest: nothing can be played from it.
    public var isIncomplete: Bool { headers["redacted"]?.hasPrefix(Self.linesTakenOut) == true }
    static let linesTakenOut = "lines taken out"
}
