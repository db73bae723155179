// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing

/// A transcript played to a driver: what went over the line, what came of it, and where that is not as recorded.
public struct Playback: Sendable {
    /// A header that says something else than what came of the dialogue.
    public struct HeaderDifference: Sendable, Hashable, CustomStringConvertible {
        public var header: String
        public var recorded: String
        public var played: String
        public var description: String { "\(header): recorded '\(recorded)', played '\(played)'" }
    }

    public var transcript: Transcript
    public var moves: [ScriptMove]
    /// What of the script the driver did not come to.
    public var unplayed: [Transcript.Step]
    public var outcome: DialogueOutcome
    public var headerDifferences: [HeaderDifference]

    /// Every byte that the driver sent and everything that came of it is as recorded.
    public var isSame: Bool { unplayed.isEmpty && headerDifferences.isEmpty && moves.allSatisfy(\.isAsRecorded) }
}

extension Transcript {
    /// Plays the encoder's side of this dialogue to a driver and compares. What drivers are tested with, and `encoder-bridge replay`.
    /// - Parameter noise: stands before each line that is delivered behind noise; bytes that begin no frame of the family.
    /// - Throws: ``TranscriptFault`` if the dialogue says no task that can be done.
    public func play(
        to driver: some EncoderDriver, delivery: ScriptDelivery = .whole, noise: [UInt8] = [0xFF, 0x00]
    ) async throws(TranscriptFault) -> Playback {
        let task = try task()
        let keeper = ScriptKeeper()
        let (line, port) = line(to: driver, delivery: delivery, noise: noise, keeper: keeper)
        var outcome = await DialogueOutcome.of(task, on: line, unanswered: unanswered != nil, progress: RecordedProgress())
        outcome.lateAnswers = keeper.lateAnswers
        return Playback(
            transcript: self, moves: port.moves, unplayed: port.unplayed, outcome: outcome,
            headerDifferences: differences(from: outcome, of: task, speeds: port.speeds))
    }

    private func differences(from outcome: DialogueOutcome, of task: RecordedTask, speeds: [Int]) -> [Playback.HeaderDifference] {
        let played = outcome.headers
        var found: [Playback.HeaderDifference] = []
        func compare(_ header: String, recorded: String?, played: String) {
            guard let recorded, recorded != played else { return }
            found.append(Playback.HeaderDifference(header: header, recorded: recorded, played: played))
        }
        compare("outcome", recorded: headers["outcome"], played: outcome.word)
        compare("detail", recorded: stated("detail"), played: played["detail"] ?? "")
        if played["reason"] != nil { compare("reason", recorded: stated("reason"), played: played["reason"] ?? "") }
        if case .perform = task { compare("prompts", recorded: stated("prompts"), played: played["prompts"] ?? "none") }
        if outcome.result != nil {
            compare("receipts", recorded: headers["receipts"], played: played["receipts"] ?? "")
            if let reading = stated("reading"), Self.pairs(reading) != Self.pairs(played["reading"] ?? "") {
                compare("reading", recorded: reading, played: played["reading"] ?? "")
            }
            let areVerified = outcome.result?.receipts.allSatisfy(\.verified) ?? false
            compare("verified", recorded: stated("verified"), played: areVerified ? "yes" : "no")
        }
        if let content = stated("content"), Self.image(content) != outcome.result?.image {
            compare("content", recorded: content, played: outcome.result?.image.map(Self.text) ?? "")
        }
        if let identity = outcome.identity {
            compare("identity", recorded: stated("identity"), played: "\(identity.model ?? "-"); \(identity.firmware ?? "-")")
        }
        compare("speeds", recorded: stated("speeds"), played: speeds.isEmpty ? "none" : speeds.map(String.init).joined(separator: " "))
        // Not said means that there was none.
        compare("finished", recorded: headers["finished"] ?? "0", played: played["finished"] ?? "0")
        compare("remark", recorded: headers["remark"] ?? "", played: played["remark"] ?? "")
        compare("late", recorded: headers["late"] ?? "0", played: played["late"] ?? "0")
        return found
    }

    /// A header that is to be compared: `-` is not.
    private func stated(_ header: String) -> String? {
        headers[header].flatMap { $0 == "-" ? nil : $0 }
    }

    private static func image(_ text: String) -> CardImage? {
        try? JSONDecoder().decode(CardImage.self, from: Data(text.utf8))
    }

    private static func text(_ image: CardImage) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(image)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// `kind=guest key; rooms=101` in any order.
    private static func pairs(_ text: String) -> Set<String> {
        Set(text.split(separator: ";").map { String($0.drop(while: { $0 == " " })) })
    }
}
