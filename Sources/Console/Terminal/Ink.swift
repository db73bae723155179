// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Glibc

/// Colour on a terminal, plain text anywhere else: in a pipe, a file, a terminal that says `dumb`, or where NO_COLOR is set.
package struct Ink: Sendable, Hashable {
    package enum Tone: String { case bad = "1;31", warn = "33", good = "32", strong = "1", dim = "2" }

    package var isColour: Bool

    package static let plain = Ink(isColour: false)

    /// What standard output can show.
    package static var ofOutput: Ink {
        let environment = ProcessInfo.processInfo.environment
        return Ink(
            isColour: isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb" && (environment["NO_COLOR"] ?? "").isEmpty)
    }

    /// A text for a terminal: lines and our own colours stay, everything else by ``EncoderModel/PlainText``.
    package static func cleaned(_ text: String) -> String {
        let tones = [Tone.bad, .warn, .good, .strong, .dim].map { "[\($0.rawValue)m" } + ["[0m"]
        let pieces = text.split(separator: "\u{1B}", omittingEmptySubsequences: false)
        var plain = PlainText.clean(String(pieces.first ?? ""), keepingLines: true)
        for piece in pieces.dropFirst() {
            let isOurs = ofOutput.isColour && tones.contains { piece.hasPrefix($0) }
            plain += isOurs ? "\u{1B}" : "<1B>"
            plain += PlainText.clean(String(piece), keepingLines: true)
        }
        return plain
    }

    package func callAsFunction(_ tone: Tone, _ text: String) -> String {
        isColour && !text.isEmpty ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }
}
