// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What the clerk sees, as the template has it: one sentence an encoder, then what waits.
struct BoardView {
    struct Encoder {
        var name: String
        var index: Int
        /// The class of its colour and sign: ready, ask, work, done, failed, away.
        var look: String
        /// The sign beside the colour, for those who do not see colours.
        var sign: String
        var say: String
        var room: String?
        var hint: String?
        var lines: [String]
        var hasLines: Bool
        var job: String?
        var canRead: Bool
    }

    struct Hand {
        var room: String
        var from: String
        var until: String
        var copies: String
        var state: String
        var at: String
    }

    var encoders: [Encoder]
    var pms: String?
    var pmsLook: String
    var isDown: Bool
    var hands: [Hand]
    var hasHands: Bool
    /// Door codes that are not over.
    var doors: [DoorRow]
    var hasDoors: Bool
    var moreDoors: String?
    /// The hotel's clock, as a browser's date field has it: what the form begins with.
    var now: String
    var words: [String: String]

    /// How long a finished key stays on the screen, and advice that nobody has acted on.
    private static let doneStays: TimeInterval = 45
    private static let adviceStays: TimeInterval = 600

    init(_ facts: DeskFacts, _ words: Words) {
        encoders = facts.encoders.enumerated().map { Self.encoder($1, index: $0, facts, words) }
        let told = facts.connectors.filter { $0.dialsOut || $0.state == .connected }
        let isDown = told.contains { $0.state != .connected }
        self.isDown = isDown
        pms = told.isEmpty ? nil : words(isDown ? .pagePmsDown : .pagePmsUp)
        pmsLook = isDown ? "down" : "up"
        hands = facts.byHand.map { job in
            Hand(
                room: job.rooms.joined(separator: ", "), from: facts.time(job.validFrom), until: facts.time(job.validUntil),
                copies: "\(job.copiesDone)/\(job.copies)", state: words(job.state == .done ? .pageDone : .pageFailed),
                at: facts.time(job.finishedAt))
        }
        hasHands = !hands.isEmpty
        let all = facts.access?.doors ?? []
        doors = all.prefix(DoorRow.most).map { DoorRow($0, facts, words) }
        hasDoors = !doors.isEmpty
        moreDoors = all.count > DoorRow.most ? "+ \(all.count - DoorRow.most)" : nil
        now = facts.fieldTime
        self.words = PageWords.all(words)
    }

    private static func encoder(_ encoder: EncoderStatus, index: Int, _ facts: DeskFacts, _ words: Words) -> Encoder {
        let line = facts.waiting.filter { $0.encoder == encoder.name }
        let behind = line.dropFirst().map { "\(words.rooms($0.rooms)), \(words(.pageSince)) \(facts.time($0.since))" }
        var view = Encoder(
            name: encoder.name.text, index: index, look: "away", sign: "!", say: "", room: nil, hint: nil, lines: behind,
            hasLines: !behind.isEmpty, job: nil, canRead: encoder.capabilities.contains(.read) && line.isEmpty)
        if let job = line.first {
            view.room = words.rooms(job.rooms)
            view.job = job.job.text
        }
        switch encoder.state {
        case .absent: view.say = words(.pageAbsent)
        case .faulted: view.say = words(.pageFaulted)
        case .opening: (view.say, view.sign) = (words(.pageOpening), "…")
        case .ready, .busy:
            if let prompt = line.first?.prompt {
                (view.look, view.sign, view.say) = ("ask", "→", prompt)
            } else if !line.isEmpty {
                (view.look, view.sign, view.say) = ("work", "…", words(.pageBusy))
            } else if let last = facts.ended.first(where: { $0.encoder == encoder.name }), last.origin != .testCard, tell(last, facts.now) {
                show(last, in: &view, words)
            } else {
                (view.look, view.sign, view.say) = ("ready", "✓", words(.pageReady))
            }
        }
        return view
    }

    private static func tell(_ job: EndedJob, _ now: Date) -> Bool {
        now.timeIntervalSince(job.finishedAt) < (job.state == .done ? doneStays : adviceStays)
    }

    private static func show(_ job: EndedJob, in view: inout Encoder, _ words: Words) {
        view.room = words.rooms(job.rooms)
        if job.state == .done {
            (view.look, view.sign) = ("done", "✓")
            view.say = words(.pageDoneTake, ["rooms": words.rooms(job.rooms)])
            view.hint = job.remarks.isEmpty ? nil : job.remarks.joined(separator: " ")
        } else {
            (view.look, view.sign, view.say) = ("failed", "!", words(.pageFailed))
            view.hint = job.advice
        }
    }
}
