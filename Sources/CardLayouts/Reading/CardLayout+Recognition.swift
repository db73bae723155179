// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

extension CardLayout: CardRecognition {
    public func reading(of image: CardImage, content: CardContentState?, on clock: PropertyClock) -> ContentReading {
        switch WrittenCard.ways(of: self, image, content, on: clock) {
        case .blank: return .blank
        case .foreign: return .foreign
        case .unreadable: return .unreadable
        case .ways(let ways):
            let keys = ways.compactMap(\.key)
            guard let first = keys.first else { return hasRawTracks ? .unreadable : .foreign }
            return .key(keys.dropFirst().reduce(first) { $0.common(with: $1) })
        }
    }

    public func couldBeOf(_ order: KeyOrder, image: CardImage, content: CardContentState?, on clock: PropertyClock) -> Bool? {
        guard case .ways(let ways) = WrittenCard.ways(of: self, image, content, on: clock), !ways.isEmpty else { return nil }
        let answers = ways.map { $0.couldBeOf(order) }
        return answers.contains(true) ? true : answers.contains(nil) ? nil : false
    }

    public func names(ofRoom room: String) -> [String] {
        guard !room.isEmpty, room.utf8.allSatisfy(FieldFormat.isDigit) else { return [room] }
        let widths = places.flatMap(\.parts).compactMap { part -> Int? in
            guard case .field(let field, let way) = part.content, field.isRoom else { return nil }
            return way.format.digitsWithZeros
        }
        return (0...max(0, (widths.max() ?? 0) - room.utf8.count)).map { String(repeating: "0", count: $0) + room }
    }

    /// Bits on a stripe do not tell where a character begins: what cannot be read may still be ours.
    var hasRawTracks: Bool { !text.rawTracks.isEmpty }
}

/// A card's content, cut into the parts of a layout in one of the ways that fit.
struct WrittenCard {
    enum Ways {
        case blank, foreign, unreadable
        case ways([WrittenCard])
    }

    /// Combinations of places that are looked at.
    private static let most = 512

    let layout: CardLayout
    let clock: PropertyClock
    /// What stands in each part; places that no reader reads back (keys of sectors) are missing.
    let bytes: [CardLayout.PartIndex: [UInt8]]

    static func ways(of layout: CardLayout, _ image: CardImage, _ content: CardContentState?, on clock: PropertyClock) -> Ways {
        if content == .blank { return .blank }
        if content == .damaged { return .unreadable }
        guard image.medium == layout.medium else { return content == .whole ? .foreign : .unreadable }
        var contents: [Int: [UInt8]] = [:]
        for (index, place) in layout.places.enumerated() {
            if let found = image.content(of: place, bitsPerCharacter: layout.text.bitsPerCharacter ?? 8) {
                contents[index] = found
            } else if place.place.hazard == nil {
                // A track that a whole reading does not have is empty; anything else was kept from the reader.
                guard layout.medium == .magnetic, content == .whole, !layout.hasRawTracks else { return .unreadable }
                contents[index] = []
            }
        }
        guard !contents.isEmpty else { return .unreadable }
        if contents.values.allSatisfy({ Set($0).isSubset(of: [0]) || Set($0).isSubset(of: [0xFF]) }) { return .blank }
        var cards: [[CardLayout.PartIndex: [UInt8]]] = [[:]]
        for (index, found) in contents.sorted(by: { $0.key < $1.key }) {
            let splits = PlaceSplits(layout.places[index], found, on: clock)
            if splits.isTooMany || cards.count * max(1, splits.found.count) > most { return .unreadable }
            cards = cards.flatMap { card in
                splits.found.map { ranges in
                    var more = card
                    for (part, range) in ranges.enumerated() { more[.init(place: index, part: part)] = Array(found[range]) }
                    return more
                }
            }
        }
        let ways = cards.map { WrittenCard(layout: layout, clock: clock, bytes: $0) }.filter(\.checksAreRight)
        if ways.isEmpty { return layout.hasRawTracks ? .unreadable : .foreign }
        return .ways(ways)
    }

    /// A check whose card key is not there, or that covers a place that is not read, proves nothing.
    private var checksAreRight: Bool {
        layout.checks.allSatisfy { index in
            guard case .check(let check) = layout.places[index.place].parts[index.part].content, let written = bytes[index],
                let covered = try? CardLayout.parts(of: check, at: index, in: layout.places)
            else { return true }
            let known = covered.compactMap { bytes[$0] }
            guard known.count == covered.count else { return true }
            if case .hmac(let name, _) = check.algorithm, layout.keys.bytes(name) == nil { return true }
            return (try? check.bytes(over: known.flatMap(\.self), keys: layout.keys)) == written
        }
    }

    /// The fields that are on the card, with their bytes.
    private var fields: [(field: OrderField, way: OrderFieldFormat, bytes: [UInt8])] {
        bytes.sorted { ($0.key.place, $0.key.part) < ($1.key.place, $1.key.part) }.compactMap { index, bytes in
            guard case .field(let field, let way) = layout.places[index.place].parts[index.part].content else { return nil }
            return (field, way, bytes)
        }
    }

    /// `nil` where two parts of the card contradict one another: no order writes such a card.
    var key: KeyContent? {
        var content = FoundFields()
        for (field, way, bytes) in fields {
            guard let found = field.found(bytes, way, on: clock), content.take(found, of: field) else { return nil }
        }
        return content.key(layout.name)
    }

    /// Whether that order writes these bytes; `nil` where no field says whose card it is.
    func couldBeOf(_ order: KeyOrder) -> Bool? {
        var isTelling = false
        for (field, way, bytes) in fields {
            switch field {
            case .reservation, .guest, .sequence: continue
            case .copy:
                guard let copy = way.format.number(from: bytes), copy >= 1, copy <= UInt64(max(1, order.copies)) else { return false }
                continue
            case .lock, .locks, .from, .until: isTelling = true
            case .lockCount, .copies, .mode: break
            }
            guard let written = try? order.bytes(of: field, way, clock: clock, sequence: 0, copy: 1), written == bytes else { return false }
        }
        return isTelling ? true : nil
    }
}

extension CardImage {
    fileprivate var medium: CardMedium {
        switch self {
        case .magnetic: .magnetic
        case .blocks: .blocks
        case .pages: .pages
        }
    }

    fileprivate func content(of place: CardLayout.Place, bitsPerCharacter: Int) -> [UInt8]? {
        switch (self, place.place) {
        case (.magnetic(let image), .track(let number)): return image.tracks[number].map { Array($0.utf8) }
        case (.magnetic(let image), .rawTrack(let number)):
            guard let track = image.rawTracks[number], track.bitsPerCharacter == bitsPerCharacter else { return nil }
            // Zeros at the end of a stripe are its clock, and are read as more or fewer of them.
            let lengths = place.parts.map(\.length)
            guard !lengths.contains(nil) else { return track.bytes }
            let length = lengths.reduce(0) { $0 + ($1 ?? 0) }
            if track.bytes.count < length { return track.bytes + [UInt8](repeating: 0, count: length - track.bytes.count) }
            return track.bytes.dropFirst(length).allSatisfy { $0 == 0 } ? Array(track.bytes.prefix(length)) : track.bytes
        case (.blocks(let image), .block(let number)): return image.blocks[number]
        case (.pages(let image), .page(let number)): return image.pages[number]
        default: return nil
        }
    }
}
