// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// Every way in which the content of a place can be cut into the parts of its template. Fields of no fixed length may leave several, and
/// then only what all of them agree on is known.
struct PlaceSplits {
    /// Ways that are followed up; more say nothing of the card.
    private static let most = 128
    /// Steps of the search: a template with many fields of any length on a long track has more ways than a card is worth.
    private static let patience = 20_000

    /// One range of bytes for each part.
    private(set) var found: [[Range<Int>]] = []
    /// The search was given up.
    private(set) var isTooMany = false
    private let parts: [LayoutPart]
    private let content: [UInt8]
    private let clock: PropertyClock
    private var steps = 0

    init(_ place: CardLayout.Place, _ content: [UInt8], on clock: PropertyClock) {
        parts = place.parts
        self.content = content
        self.clock = clock
        for part in parts {
            if case .fill(let length, _) = part.content, length != content.count { return }
        }
        follow([], from: 0)
    }

    private mutating func follow(_ ranges: [Range<Int>], from start: Int) {
        guard !isTooMany else { return }
        steps += 1
        guard found.count < Self.most, steps < Self.patience else {
            isTooMany = true
            return
        }
        guard ranges.count < parts.count else {
            if start == content.count { found.append(ranges) }
            return
        }
        let part = parts[ranges.count]
        let least = parts[(ranges.count + 1)...].reduce(0) { $0 + ($1.length ?? 0) }
        let room = content.count - start - least
        guard room >= 0 else { return }
        let lengths = part.length.map { $0 <= room ? $0...$0 : nil } ?? 0...room
        guard let lengths else { return }
        for length in lengths {
            let range = start..<start + length
            if part.couldBe(Array(content[range]), on: clock) { follow(ranges + [range], from: start + length) }
        }
    }
}

extension LayoutPart {
    /// Whether some order makes these bytes of it. Checks are computed later, when all other parts are known.
    fileprivate func couldBe(_ bytes: [UInt8], on clock: PropertyClock) -> Bool {
        switch content {
        case .constant(let constant): bytes == constant
        case .fill(_, let byte): bytes.allSatisfy { $0 == byte }
        case .check: true
        case .field(let field, let format): field.found(bytes, format, on: clock) != nil
        }
    }
}
