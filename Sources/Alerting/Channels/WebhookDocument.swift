// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What a webhook gets (docs/install.md). Members are only ever added.
struct WebhookDocument: Encodable {
    var id: String
    var event: Alert.Event
    var host: String
    var area: HealthProblem.Area
    var weight: HealthProblem.Weight
    var subject: String
    /// The encoder's name, where the problem is one's.
    var encoder: String?
    var since: String
    var cleared: String?
    var at: String
    /// For who is on duty, in the hotel's language.
    var advice: String
    /// For the technician, in English.
    var sentence: String
    /// All of it as one text: what chats show.
    var text: String

    init(_ alert: Alert, _ text: AlertText) {
        id = alert.id
        event = alert.event
        host = text.host
        area = alert.problem.area
        weight = alert.problem.weight
        subject = alert.problem.subject
        encoder = alert.problem.area == .encoder ? alert.problem.subject : nil
        since = alert.since.formatted(.iso8601)
        cleared = alert.cleared.map { $0.formatted(.iso8601) }
        at = alert.at.formatted(.iso8601)
        advice = text.advice(of: alert)
        sentence = alert.problem.sentence
        self.text = text.subject(of: alert) + "\n" + text.body(of: alert)
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
