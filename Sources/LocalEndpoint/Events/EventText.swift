// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation

/// Events as `text/event-stream` has them.
enum EventText {
    /// What a stream begins with: how soon to come back (ms), and where the stream stands before its first event.
    static func opening(at place: EventPlace) -> String { "retry: 1000\nid: \(place.text)\n\n" }

    /// Events were missed and cannot be told again: the client reads encoders and jobs anew and goes on from here.
    static func reset(at place: EventPlace) -> String {
        "event: reset\nid: \(place.text)\ndata: {\"reason\":\"Some events are no longer kept: read the encoders and your jobs anew.\"}\n\n"
    }

    /// One event, or `nil` for what is not shown outside.
    static func block(_ event: NumberedEvent, run: String, _ json: JSONEncoder) throws -> String? {
        guard let type = event.event.type else { return nil }
        let data: Data
        switch event.event {
        case .encoder(let status): data = try json.encode(status)
        case .job(let job): data = try json.encode(job)
        case .card(let encoder, let card, let at):
            data = try json.encode(CardEvent(encoder: encoder, uid: card.uid, technology: card.technology, at: at))
        case .notice(let notice): data = try json.encode(notice)
        case .testStep(let encoder, let text, let at): data = try json.encode(TestStepEvent(encoder: encoder, text: text, at: at))
        case .access(let event): data = try json.encode(event)
        case .reportWaiting: return nil
        }
        // JSON on one line: the encoder escapes line ends, so the data cannot break out of its field.
        return
            "event: \(type)\nid: \(EventPlace(run: run, number: event.number, place: event.place).text)\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
    }

    /// What happened to a job before this run. The job is shown as it was then, as far as that is known.
    static func block(_ change: JobChange, at place: EventPlace, _ json: JSONEncoder) throws -> String {
        var document = JobDocument(change.job)
        document.state = change.entry.state
        if !change.entry.state.isFinal { (document.fault, document.finishedAt) = (nil, nil) }
        let data = String(decoding: try json.encode(document), as: UTF8.self)
        return "event: job.\(change.entry.state.rawValue)\nid: \(place.text)\ndata: \(data)\n\n"
    }

    private struct TestStepEvent: Encodable {
        let encoder: EncoderName
        let text: String
        let at: Date
    }

    private struct CardEvent: Encodable {
        let encoder: EncoderName
        let uid: String?
        let technology: String?
        let at: Date

        /// Written by hand so that what the encoder does not tell is `null` rather than missing.
        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(self.encoder, forKey: .encoder)
            try values.encode(uid, forKey: .uid)
            try values.encode(technology, forKey: .technology)
            try values.encode(at, forKey: .at)
        }

        enum CodingKeys: String, CodingKey { case encoder, uid, technology, at }
    }
}
