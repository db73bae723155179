// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import HummingbirdCore

/// Whose card is this?
extension Responder {
    /// Reads the card and looks for its order.
    func card(on name: EncoderName, _ book: DeskBook, client: String) async throws -> Response {
        let outcome = try await outcome(of: .read, on: name, client: client)
        var evidence = CardFinding.Evidence(outcome: outcome, zone: await book.zone(), now: Date())
        // What a test wrote opens nothing, and what was on the card before is gone.
        if let serial = outcome.card?.uid, let known = try await book.history(serial), known.order.origin != .testCard {
            evidence.history = known
        }
        let recognised = recognised(outcome, by: book.layouts(name), zone: evidence.zone)
        evidence.content = recognised?.reading
        evidence.couldBeOf = { recognised?.couldBeOf($0) }
        if evidence.history == nil {
            var rooms = CardReading(outcome.reading, zone: evidence.zone)?.rooms.prefix(1).map(\.self) ?? []
            if let recognised, case .key(let key) = recognised.reading {
                rooms = key.rooms?.first.map { recognised.layout.names(ofRoom: $0) } ?? []
            }
            evidence.keys = try await keys(of: rooms, book)
        }
        return try Reply.json(CardAnswer(evidence, book.words))
    }

    /// Done keys of a room, whatever it is called in the order, the newest first.
    private func keys(of rooms: [String], _ book: DeskBook) async throws -> [EndedJob] {
        var found: [EndedJob] = []
        for room in rooms {
            let keys = try await book.keys(room)
            // The journal's own order is better than a clock that may have been set.
            found = found.isEmpty ? keys : keys.isEmpty ? found : (found + keys).sorted { $0.finishedAt > $1.finishedAt }
        }
        return found
    }

    private struct Recognised {
        var layout: any CardRecognition
        var image: CardImage
        var content: CardContentState?
        var clock: PropertyClock
        var reading: ContentReading

        func couldBeOf(_ job: EndedJob) -> Bool? {
            let order = KeyOrder(
                lockIds: job.rooms, validFrom: job.validFrom, validUntil: job.validUntil, copies: job.copies, mode: job.mode)
            return layout.couldBeOf(order, image: image, content: content, on: clock)
        }
    }

    /// By the layout that knows the card, else by the encoder's own; `nil` where there is no content, or no layout.
    private func recognised(_ outcome: ErrandOutcome, by layouts: [any CardRecognition], zone: TimeZone) -> Recognised? {
        guard let image = outcome.image else { return nil }
        let clock = PropertyClock(timeZone: zone)
        let all = layouts.map { layout in
            Recognised(
                layout: layout, image: image, content: outcome.content, clock: clock,
                reading: layout.reading(of: image, content: outcome.content, on: clock))
        }
        let known = all.first { if case .key = $0.reading { true } else { false } }
        // One layout that could not be held against the card leaves it open whether the card is one of ours.
        return known ?? all.first { $0.reading == .unreadable } ?? all.first
    }
}
