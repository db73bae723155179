// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

extension CardLayout: CardPrinting {
    public var needsSequence: Bool { fields.contains(.sequence) }

    public func images(for order: KeyOrder, on clock: PropertyClock, sequence: Int) throws(Fault) -> [CardImage] {
        var images: [CardImage] = []
        for copy in 1...max(1, min(order.copies, KeyOrder.maximumCopies)) {
            images.append(try CardPrint(layout: self, order: order, clock: clock, sequence: sequence, copy: copy).image())
        }
        return images
    }
}

/// One card in the making.
private struct CardPrint {
    let layout: CardLayout
    let order: KeyOrder
    let clock: PropertyClock
    let sequence: Int
    let copy: Int
    /// What each part gives, as far as it is known.
    private var bytes: [CardLayout.PartIndex: [UInt8]] = [:]

    init(layout: CardLayout, order: KeyOrder, clock: PropertyClock, sequence: Int, copy: Int) {
        self.layout = layout
        self.order = order
        self.clock = clock
        self.sequence = sequence
        self.copy = copy
    }

    /// First what the order says, then what fills up, then what is computed over both.
    func image() throws(Fault) -> CardImage {
        var print = self
        for place in layout.places.indices { try print.writeFields(of: place) }
        for place in layout.places.indices { try print.fillUp(place) }
        for index in layout.checks { try print.compute(index) }
        return try print.assembled()
    }

    private mutating func writeFields(of place: Int) throws(Fault) {
        for (number, part) in layout.places[place].parts.enumerated() {
            let index = CardLayout.PartIndex(place: place, part: number)
            switch part.content {
            case .constant(let constant): bytes[index] = constant
            case .field(let field, let format):
                do throws(FieldFormat.Objection) {
                    bytes[index] = try order.bytes(of: field, format, clock: clock, sequence: sequence, copy: copy)
                } catch {
                    throw refusal(place, part, error.text)
                }
            case .check, .fill: break
            }
        }
    }

    private mutating func fillUp(_ place: Int) throws(Fault) {
        let parts = layout.places[place].parts
        for (number, part) in parts.enumerated() {
            guard case .fill(let length, let byte) = part.content else { continue }
            let others = parts.indices.reduce(0) { sum, other in
                sum + (bytes[.init(place: place, part: other)]?.count ?? parts[other].length ?? 0)
            }
            guard others <= length else { throw refusal(place, part, "has nothing left to fill: the rest has \(others) of \(length)") }
            bytes[.init(place: place, part: number)] = [UInt8](repeating: byte, count: length - others)
        }
    }

    private mutating func compute(_ index: CardLayout.PartIndex) throws(Fault) {
        let part = layout.places[index.place].parts[index.part]
        guard case .check(let check) = part.content else { return }
        do throws(LayoutFault) {
            let covered = try CardLayout.parts(of: check, at: index, in: layout.places).flatMap { bytes[$0] ?? [] }
            do throws(FieldFormat.Objection) {
                bytes[index] = try check.bytes(over: covered, keys: layout.keys)
            } catch {
                throw LayoutFault([], error.text)
            }
        } catch {
            throw refusal(index.place, part, error.description)
        }
    }

    /// The card as it stands, after a last look at lengths and alphabets.
    private func assembled() throws(Fault) -> CardImage {
        let text = layout.text
        let bits = text.bitsPerCharacter ?? 8
        var tracks: [Int: String] = [:]
        var contents: [Int: [UInt8]] = [:]
        for (index, place) in layout.places.enumerated() {
            let content = place.parts.indices.flatMap { bytes[.init(place: index, part: $0)] ?? [] }
            let most = place.place.most(bitsPerCharacter: bits)
            if content.count > most { throw refusal(index, nil, "takes \(most), and this order gives \(content.count)") }
            if let exact = place.place.exact, content.count != exact {
                throw refusal(index, nil, "has \(exact) bytes, and this order gives \(content.count)")
            }
            try refuseForeignLetters(index)
            if case .track(let number) = place.place {
                tracks[number] = String(decoding: content, as: UTF8.self)
            } else {
                contents[place.place.number] = content
            }
        }
        switch layout.medium {
        case .magnetic:
            let raw = contents.mapValues { RawTrack(bytes: $0, bitsPerCharacter: bits) }
            return .magnetic(MagneticImage(tracks: tracks, rawTracks: raw, coercivity: text.coercivity))
        case .blocks: return .blocks(BlockImage(blocks: contents, key: text.key, keyKind: text.keyKind, allowed: text.allowed))
        case .pages: return .pages(PageImage(pages: contents, allowed: text.allowed))
        }
    }

    private func refuseForeignLetters(_ place: Int) throws(Fault) {
        guard case .track(let number) = layout.places[place].place else { return }
        for (index, part) in layout.places[place].parts.enumerated() {
            let isSound = (bytes[.init(place: place, part: index)] ?? []).allSatisfy { layout.places[place].place.takes($0) }
            if !isSound {
                throw refusal(place, part, "has a character that the track cannot hold: it takes \(TrackLimits.alphabet(of: number))")
            }
        }
    }

    /// Names the layout, the place and the field, never what stands in them.
    private func refusal(_ place: Int, _ part: LayoutPart?, _ why: String) -> Fault {
        let field = part.map { " the field \($0.name)" } ?? ""
        let comma = part == nil ? "" : ","
        return Fault(.rejected(reason: "in the card layout \(layout.name), \(layout.places[place].place)\(comma)\(field) \(why)"))
    }
}
