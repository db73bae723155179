// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import Ports

/// Takes out of recorded dialogues what belongs to a guest or opens a door: names, reservation numbers, card content, serial numbers of
/// cards. First with stand-ins of the same length and checks that are right again, so that the transcript can still be played; this is
/// proven by playing it. Where that does not work the lines are taken out and the transcript says so.
public struct Redaction: Sendable {
    /// Lines up to this length hold commands and refusals, not card content.
    private static let shortLine = 12
    /// Words of an answer from this length on are hidden unless the bridge itself has said them: a serial number that the driver could
    /// give to no card is one all the same. Shorter ones are commands and refusals.
    private static let longWord = 6

    private var standIns = StandIns()

    public init() {}

    /// The transcripts of what was recorded together, each said and done alike in all of them.
    public static func transcripts(
        of dialogues: [RecordedDialogue], by driver: some EncoderDriver, port: PortKind, headers: [String: String]
    ) async -> [Transcript] {
        var redaction = Redaction()
        for dialogue in dialogues { redaction.learn(from: dialogue) }
        var transcripts: [Transcript] = []
        for dialogue in dialogues {
            let recorded = dialogue.transcript(by: driver, port: port, headers: headers)
            transcripts.append(await redaction.redacted(recorded, of: dialogue, by: driver))
        }
        return transcripts
    }

    /// Everything that the task was given and the driver made of the bytes.
    mutating func learn(from dialogue: RecordedDialogue) {
        switch dialogue.task {
        case .perform(.cut(let order, _)):
            standIns.hide(order.guestName ?? "")
            standIns.hide(order.reservationNumber ?? "")
            if let image = order.cardImage { learn(image) }
        case .perform(.write(let batch)): batch.images.forEach { learn($0) }
        case .identify, .look, .perform: break
        }
        let outcome = dialogue.outcome
        if let image = outcome.result?.image { learn(image) }
        let cards = outcome.story.sightings + [outcome.result?.card, outcome.sight].compactMap(\.self)
        let receipts = (outcome.result?.receipts ?? []) + outcome.story.finished
        for serial in cards.compactMap(\.uid) + receipts.compactMap(\.serial) {
            if let bytes = HexText.decode(serial) { standIns.hide(serial: bytes) } else { standIns.hide(serial) }
        }
        if dialogue.task == .perform(.read), let reading = outcome.result?.reading {
            for value in reading.values {
                standIns.hide(moment: value)
                for field in value.split(separator: ",").map(\.trimmed) where !dialogue.said.contains(Array(field.utf8)) {
                    standIns.hide(field)
                }
            }
        }
        guard dialogue.task.concernsCards else { return }
        for word in dialogue.heard where word.count >= Self.longWord && !dialogue.said.contains(word) {
            standIns.hide(String(decoding: word, as: UTF8.self))
        }
    }

    private mutating func learn(_ image: CardImage) {
        switch image {
        case .magnetic(let image):
            for track in image.tracks.values { standIns.hide(track) }
            for track in image.rawTracks.values { standIns.hide(track.bytes) }
        case .blocks(let image): image.blocks.values.forEach { standIns.hide($0) }
        case .pages(let image): image.pages.values.forEach { standIns.hide($0) }
        }
    }

    func redacted(_ recorded: Transcript, of dialogue: RecordedDialogue, by driver: some EncoderDriver) async -> Transcript {
        if let candidate = substituted(recorded, codec: driver.makeCodec(for: recorded.portKind)) {
            let played = try? await candidate.play(to: driver)
            let isTrusted =
                !dialogue.task.concernsCards
                || !hasUnexplainedLines(recorded, driver: type(of: driver).manifest, failed: dialogue.outcome.fault != nil)
            // The same dialogue with other cards and guests: proof that nothing but them was changed.
            if let played, played.moves.allSatisfy(\.isAsRecorded), played.unplayed.isEmpty, isTrusted,
                played.outcome.word == dialogue.outcome.word || dialogue.wasStopped
            {
                var finished = candidate.telling(dialogue, from: played)
                if finished.steps != recorded.steps || finished.headers["order"] != recorded.headers["order"] {
                    finished.headers["redacted"] = "stand-ins for what belongs to a guest or a card, checks recomputed; plays as recorded"
                }
                return finished
            }
        }
        // Without a card in it a dialogue may also be worth having where playing it does not give the same.
        if !dialogue.task.concernsCards, !recorded.steps.contains(where: isShown) { return recorded.telling(dialogue, from: nil) }
        return withoutLines(recorded, dialogue, driver: type(of: driver).manifest)
    }

    private func isShown(in step: Transcript.Step) -> Bool {
        switch step {
        case .sent(let bytes), .received(let bytes): standIns.isShown(in: bytes)
        case .silence, .gone: false
        }
    }

    /// The same steps with stand-ins; `nil` where a check could not be made right again.
    private func substituted(_ recorded: Transcript, codec: some FrameCodec) -> Transcript? {
        var transcript = recorded
        let repair = CheckRepair(codec: codec)
        for (index, step) in recorded.steps.enumerated() {
            switch step {
            case .sent(let bytes):
                guard let bytes = repair.repaired(standIns.replacing(in: bytes), original: bytes) else { return nil }
                transcript.steps[index] = .sent(bytes)
            case .received(let bytes):
                guard let bytes = repair.repaired(standIns.replacing(in: bytes), original: bytes) else { return nil }
                transcript.steps[index] = .received(bytes)
            case .silence, .gone: continue
            }
        }
        for header in ["order", "image", "task"] { transcript.headers[header] = recorded.headers[header].map(standIns.replacing) }
        return transcript
    }

    /// Long lines of a raw encoder in which no card content was recognised, or any at all if the task failed: then nobody has said what
    /// of them is content. A lock maker's lines are text, of which every long word is hidden.
    private func hasUnexplainedLines(_ transcript: Transcript, driver: DriverManifest, failed: Bool) -> Bool {
        guard driver.kind == .raw else { return false }
        return transcript.steps.contains { step in
            switch step {
            case .received(let bytes): Self.saysMuch(bytes) && (failed || !standIns.isShown(in: bytes))
            // What was read from the card may be sent again, such as its serial number.
            case .sent(let bytes): failed && Self.saysMuch(bytes) && !standIns.isShown(in: bytes)
            case .silence, .gone: false
            }
        }
    }

    /// More than a command or a refusal, once the runs of one byte are left out that blank memory is full of.
    private static func saysMuch(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > shortLine else { return false }
        var rest = bytes[...]
        var count = 0
        while let first = rest.first {
            let run = rest.prefix { $0 == first }
            if run.count < 4 { count += run.count }
            rest = rest.dropFirst(run.count)
        }
        return count > shortLine
    }

    /// What cannot be replaced is taken out: the transcript shows the way of the dialogue and cannot be played.
    private func withoutLines(_ recorded: Transcript, _ dialogue: RecordedDialogue, driver: DriverManifest) -> Transcript {
        var transcript = Transcript(file: recorded.file, headers: recorded.headers)
        for header in ["order", "image", "task"] { transcript.headers[header] = recorded.headers[header].map(standIns.replacing) }
        transcript = transcript.telling(dialogue, from: nil)
        for header in ["reading", "receipts", "remark"] { transcript.headers[header] = nil }
        for (index, step) in recorded.steps.enumerated() {
            transcript.asides[transcript.steps.count, default: []] += recorded.asides[index] ?? []
            let bytes: [UInt8]
            switch step {
            case .sent(let sent): bytes = sent
            case .received(let received): bytes = received
            case .silence, .gone: bytes = []
            }
            if bytes.count > Self.shortLine || standIns.isShown(in: bytes) {
                let mark = if case .sent = step { ">" } else { "<" }
                transcript.asides[transcript.steps.count, default: []].append("redacted: \(mark) \(bytes.count) bytes")
            } else {
                transcript.times[transcript.steps.count] = recorded.times[index]
                transcript.steps.append(step)
            }
        }
        transcript.headers["redacted"] =
            "\(Transcript.linesTakenOut), it cannot be played; record with a test card and --reveal to keep them"
        return transcript
    }
}

extension Transcript {
    /// With the headers of what came of it: as the driver tells it when this transcript is played, because that is what tests compare.
    func telling(_ dialogue: RecordedDialogue, from played: Playback?) -> Transcript {
        var transcript = self
        if dialogue.wasStopped {
            transcript.headers["note"] = "the recording was ended here, before the encoder was done"
        } else if let played, played.outcome.word == dialogue.outcome.word {
            transcript.headers.merge(played.outcome.headers) { $1 }
        } else {
            transcript.headers.merge(dialogue.outcome.headers) { $1 }
        }
        return transcript
    }

    /// For `--reveal`: nothing is taken out, and the header says so.
    public func revealed(_ dialogue: RecordedDialogue, by driver: some EncoderDriver) async -> Transcript {
        var transcript = telling(dialogue, from: try? await play(to: driver))
        if dialogue.task.concernsCards { transcript.headers["redacted"] = "no: the bytes of the card are in here, do not send it on" }
        return transcript
    }
}

extension RecordedDialogue {
    /// Words that the bridge said itself: commands, the encoder's name, the room of the order.
    fileprivate var said: Set<[UInt8]> {
        Set(events.flatMap { _, event -> [[UInt8]] in if case .sent(let bytes) = event { Self.words(bytes) } else { [] } })
    }

    /// Words that the encoder said; one may come in several reads.
    fileprivate var heard: [[UInt8]] {
        Self.words(events.flatMap { _, event -> [UInt8] in if case .received(let bytes) = event { bytes } else { [] } })
    }

    /// Runs of letters and digits.
    private static func words(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split { byte in
            !((0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte))
        }.map { Array($0) }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
