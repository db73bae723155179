// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A transcript that cannot be read: where, and what should stand there.
public struct TranscriptFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let file: String
    /// From 1; `nil` where the fault is not in one line.
    public let line: Int?
    public let reason: String

    public init(file: String, line: Int? = nil, _ reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }

    public var description: String { file + (line.map { ":\($0)" } ?? "") + ": " + reason }
}

extension Transcript {
    /// Headers that the next dialogue of a file does not keep.
    static let saidOnce: Set<String> = [
        "note", "remark", "reading", "receipts", "finished", "detail", "reason", "identity", "content", "verified", "speeds", "late",
    ]
    /// Longest line, in bytes of the file: far more than any encoder says at once, so that a strange file costs nothing.
    private static let longestLine = 65_536

    /// The dialogues of one file. A header behind a step begins the next dialogue, which keeps what it does not say anew.
    public static func read(_ text: String, file: String) throws(TranscriptFault) -> [Transcript] {
        var dialogues: [Transcript] = []
        var current = Transcript(file: file, headers: [:], steps: [])
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            guard line.utf8.count <= longestLine else {
                throw TranscriptFault(file: file, line: number, "the line is longer than \(longestLine) bytes: is this a transcript?")
            }
            let content = line.trimmingCharacters(in: .whitespacesAndNewlines)
            guard let mark = content.first else { continue }
            let rest = content.dropFirst().trimmingCharacters(in: .whitespaces)
            switch mark {
            case "#":
                if !current.steps.isEmpty {
                    dialogues.append(current)
                    current = current.next
                }
                current.take(header: rest)
            case ">": current.add(.sent(try bytes(rest, file: file, line: number)), comment: rest)
            case "<": current.add(.received(try bytes(rest, file: file, line: number)), comment: rest)
            case "~" where rest == "silence": current.steps.append(.silence)
            case "~" where rest == "gone": current.steps.append(.gone)
            case "~": current.asides[current.steps.count, default: []].append(rest)
            default: throw TranscriptFault(file: file, line: number, "a line begins with #, >, < or ~")
            }
        }
        return current.steps.isEmpty ? dialogues : dialogues + [current]
    }

    /// The beginning of the dialogue behind this one.
    private var next: Transcript {
        Transcript(file: file, headers: headers.filter { !Self.saidOnce.contains($0.key) })
    }

    /// `key: value`; without a value the header of the dialogue before is taken back. Anything else is a remark for the reader.
    private mutating func take(header text: String) {
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else { return }
        let value = text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        headers[String(text[..<colon])] = value.isEmpty ? nil : value
    }

    private mutating func add(_ step: Step, comment line: String) {
        if let time = Self.time(line) { times[steps.count] = time }
        steps.append(step)
    }

    /// `; 1.250 s ...`: the time of a recorded line.
    private static func time(_ line: String) -> Duration? {
        guard let semicolon = line.firstIndex(of: ";") else { return nil }
        let words = line[line.index(after: semicolon)...].split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[1] == "s", words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
            let seconds = Double(words[0]), (0...1_000_000).contains(seconds)
        else { return nil }
        return .milliseconds(Int((seconds * 1000).rounded()))
    }

    private static func bytes(_ text: String, file: String, line: Int) throws(TranscriptFault) -> [UInt8] {
        let pairs = text.prefix { $0 != ";" }.split(separator: " ")
        let bytes = pairs.compactMap { $0.utf8.count == 2 && $0.allSatisfy(\.isHexDigit) ? UInt8($0, radix: 16) : nil }
        guard !bytes.isEmpty, bytes.count == pairs.count else {
            throw TranscriptFault(
                file: file, line: line, "bytes are two hexadecimal digits each with a space between, a comment stands behind a semicolon")
        }
        return bytes
    }
}
