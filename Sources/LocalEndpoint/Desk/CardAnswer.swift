// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Whose card it is: what `POST /v1/encoders/{name}/card` answers. No guest's name is in it.
public struct CardAnswer: Sendable, Codable, Hashable {
    public var card: CardPresence?
    /// What is on the card, as far as its encoder understands it: room, validity.
    public var reading: [String: String]
    /// The same as far as a card layout of the site understands it; `nil` where none does.
    public var content: KeyContent?
    /// The order that it was cut for; `nil` for a card that was not cut here, or of which too little could be read.
    public var history: CardHistory?
    /// Its order is known and done, not replaced, not over. `false` says that something is wrong with it, `nil` that nobody can know.
    public var isRight: Bool?
    /// The same for people, in the hotel's language.
    public var sentences: [String]

    init(_ evidence: CardFinding.Evidence, _ words: Words) {
        let outcome = evidence.outcome
        card = outcome.card
        reading = outcome.reading
        if case .key(let key)? = evidence.content { content = key }
        let read = CardReading(outcome.reading, zone: evidence.zone)
        let tells = CardSentences(
            words: words, zone: evidence.zone, now: evidence.now, rooms: content == nil ? read?.rooms : content?.rooms,
            from: content?.validFrom, until: content == nil ? read?.until : content?.validUntil)
        // What the lock system says of its own card goes before what the journal thinks of it.
        let remark = CardReading.remark(of: outcome.reading)
        let refused = [.cardKindOver, .cardBlank, .cardNoKey].contains(remark) ? remark : nil
        switch CardFinding(evidence) {
        case .order(let known):
            history = known
            let verdict = refused.map { [$0] } ?? known.verdict(at: evidence.now)
            isRight = verdict == [.cardRight]
            sentences = [tells.opens(known.order.rooms, until: known.order.validUntil)] + verdict.map { tells.say($0, known.order) }
        case .rewritten(let known):
            history = known
            isRight = tells.isOver ? false : nil
            sentences = [tells.opens, tells.say(.cardRewritten, known.order)] + tells.time
        case .contentUnknown(let known):
            history = known
            sentences = [tells.opens(known.order.rooms, until: known.order.validUntil), tells.say(.cardContentUnknown, known.order)]
        case .differs(let newest):
            isRight = false
            sentences = [tells.opens, tells.say(.cardDiffers, newest)]
        case .elsewhere:
            isRight = tells.isOver ? false : nil
            sentences = [tells.opens, words(.cardElsewhere)] + tells.time
        case .foreign:
            isRight = false
            sentences = [words(.cardForeign)]
        case .noKey:
            isRight = false
            sentences = [words(.cardNoKey)]
        case .blank:
            isRight = false
            history = evidence.history
            sentences = [words(.cardBlank)]
        case .unknown:
            isRight = refused == nil ? nil : false
            sentences = (read == nil ? [] : [tells.opens]) + [words(remark ?? .cardNotRecognisable)]
        }
    }

    /// Written by hand so that what is not known is `null` rather than missing.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(card, forKey: .card)
        try values.encode(reading, forKey: .reading)
        try values.encode(content, forKey: .content)
        try values.encode(history, forKey: .history)
        try values.encode(isRight, forKey: .isRight)
        try values.encode(sentences, forKey: .sentences)
    }
}
