// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// A template of a card's content, filled from the fields of an order: where the content of a raw encoder's cards comes from when the
/// order brings none. What opens which door is the site's knowledge, the layout only writes it down (docs/card-layouts.md).
public struct CardLayout: Sendable, Hashable {
    struct Place: Sendable, Hashable {
        var place: LayoutPlace
        var parts: [LayoutPart]
    }

    /// A check part: which place, which part of it.
    struct PartIndex: Sendable, Hashable {
        var place: Int
        var part: Int
    }

    public let name: String
    public let medium: CardMedium
    let text: CardLayoutText
    /// In their order on the card.
    let places: [Place]
    /// Checks in an order in which each finds what it is computed over.
    let checks: [PartIndex]
    /// The card keys of the site; HMACs are computed with them.
    public var keys = CardKeys()

    /// - Throws: what is wrong with the text, with its place in it.
    public init(name: String, _ text: CardLayoutText) throws(LayoutFault) {
        self.name = name
        self.text = text
        let media: [CardMedium] = [
            text.tracks.isEmpty && text.rawTracks.isEmpty ? nil : .magnetic, text.blocks.isEmpty ? nil : .blocks,
            text.pages.isEmpty ? nil : .pages,
        ].compactMap(\.self)
        guard let medium = media.first, media.count == 1 else {
            throw LayoutFault([], "a layout writes tracks (tracks, rawTracks), or blocks, or pages: give one of them")
        }
        self.medium = medium
        if let twice = text.tracks.keys.filter({ text.rawTracks[$0] != nil }).min() {
            throw LayoutFault(["rawTracks", String(twice)], "track \(twice) is also in tracks: keep one of them")
        }
        try Self.refuseForeign(text, medium)
        var places: [Place] = []
        for (place, template) in Self.templates(text) {
            do throws(TemplateText.Objection) {
                places.append(Place(place: place, parts: try LayoutPart.parts(of: template, at: place)))
            } catch {
                throw LayoutFault(place.path, error.text)
            }
        }
        self.places = places
        for place in places { try Self.refuseMisfit(place, bits: text.bitsPerCharacter ?? 8, allowed: text.allowed) }
        checks = try Self.orderOfChecks(in: places)
    }

    private static func templates(_ text: CardLayoutText) -> [(LayoutPlace, String)] {
        let all =
            text.tracks.map { (LayoutPlace.track($0), $1) } + text.rawTracks.map { (.rawTrack($0), $1) }
            + text.blocks.map { (.block($0), $1) } + text.pages.map { (.page($0), $1) }
        return all.sorted { $0.0.number < $1.0.number }
    }

    /// Settings of another kind of card would be without effect, and whoever wrote them expects one.
    private static func refuseForeign(_ text: CardLayoutText, _ medium: CardMedium) throws(LayoutFault) {
        if medium != .magnetic, text.coercivity != nil {
            throw LayoutFault(["coercivity"], "this belongs to layouts with tracks: take it out")
        }
        if text.rawTracks.isEmpty, text.bitsPerCharacter != nil {
            throw LayoutFault(["bitsPerCharacter"], "this belongs to layouts with rawTracks: take it out")
        }
        if medium != .blocks, text.key != nil { throw LayoutFault(["key"], "this belongs to layouts with blocks: take it out") }
        if medium != .blocks, text.keyKind != nil { throw LayoutFault(["keyKind"], "this belongs to layouts with blocks: take it out") }
    }

    /// Names of the card keys that the layout needs.
    public var keyNames: Set<String> {
        var names = Set([text.key].compactMap(\.self))
        for part in places.flatMap(\.parts) {
            if case .check(let check) = part.content, case .hmac(let key, _) = check.algorithm { names.insert(key) }
        }
        return names
    }

    /// The card key that opens the sectors, where the layout names one.
    public var sectorKey: CardKeys.LayoutKey? { text.key.map { CardKeys.LayoutKey(name: $0, kind: text.keyKind) } }

    var fields: [OrderField] {
        places.flatMap(\.parts).compactMap { if case .field(let field, _) = $0.content { field } else { nil } }
    }
}

extension CardLayout {
    /// What can be said of a place before any order: alphabet, length, and whether the layout dares to write there.
    private static func refuseMisfit(_ place: Place, bits: Int, allowed: Set<CardHazard>) throws(LayoutFault) {
        func refuse(_ sentence: String) -> LayoutFault { LayoutFault(place.place.path, sentence) }
        if let hazard = place.place.hazard, !allowed.contains(hazard) {
            throw refuse(
                "writing \(place.place) can make a card useless for ever: if that is what you want, write `allow: \(hazard.rawValue)`")
        }
        if place.parts.isEmpty { throw refuse("the template is empty: leave the place out, or write what stands there") }
        let fills = place.parts.filter { if case .fill = $0.content { true } else { false } }
        if fills.count > 1 { throw refuse("{fill} stands twice: only one can take what is left") }
        if case .track(let number) = place.place { try refuseLetters(place, number) }
        let most = place.place.most(bitsPerCharacter: bits)
        let known = place.parts.reduce(0) { $0 + ($1.length ?? 0) }
        let isFixed = place.parts.allSatisfy { $0.length != nil }
        if known > most { throw refuse("\(place.place) takes \(most), and the template gives at least \(known)") }
        if let exact = place.place.exact, isFixed, known != exact {
            throw refuse("\(place.place) has \(exact) bytes, and the template gives \(known): add {fill}, or shorten it")
        }
    }

    private static func refuseLetters(_ place: Place, _ number: Int) throws(LayoutFault) {
        for part in place.parts {
            switch part.content {
            case .constant(let bytes):
                if let letter = bytes.first(where: { !place.place.takes($0) }) {
                    let shown = String(decoding: [letter], as: UTF8.self)
                    throw LayoutFault(
                        place.place.path, "'\(shown)' cannot stand on \(place.place): it takes \(TrackLimits.alphabet(of: number))")
                }
            case .check(let check) where number != 1 && check.form == .hex && check.algorithm != .luhn:
                throw LayoutFault(place.place.path, "{\(part.name)} gives hex digits, which \(place.place) cannot hold: write digits=N")
            case .field(_, let format) where number != 1:
                if case .hex = format.format.coding {
                    throw LayoutFault(place.place.path, "{\(part.name)} gives hex digits, which \(place.place) cannot hold: write digits=N")
                }
            default: break
            }
        }
    }
}
