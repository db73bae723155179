// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Keys that were cancelled when their encoder had the order already, as they are kept over restarts: whoever gets the card that is cut all
/// the same must hear of it, whatever happens to the bridge in between.
struct LateCancels: Sendable, Hashable, Codable {
    /// A card that was cut, or may have been, for an order that nobody wanted any more.
    struct Card: Sendable, Hashable, Codable {
        var job: JobID
        var encoder: EncoderName
        var at: Date
        var sentence: String
        /// Until when `status` says so, on the clock that nobody sets. Not kept: that clock has another beginning after a restart.
        var until: Duration = .zero

        private enum CodingKeys: CodingKey { case job, encoder, at, sentence }

        var problem: HealthProblem { HealthProblem(.queue, subject: "\(encoder) \(job)", since: at, "job \(job): \(sentence)") }
    }

    /// Who wanted it cancelled, by the id of a job that has not ended.
    var wishes: [String: String] = [:]
    var cards: [Card] = []

    /// As the journal keeps it.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.dateEncodingStrategy = .secondsSince1970
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    init() {}

    /// Empty where the text makes no sense.
    init(_ text: String) {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        if let kept = try? decoder.decode(Self.self, from: Data(text.utf8)) { self = kept }
    }
}
