// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// Reading and erasing: what the key opens, and nothing that only the card's maker or its locks use.
extension CardWork {
    func readCard(progress: some TaskProgress) async throws(Fault) -> TaskResult {
        let card = try await beginErrand(progress: progress)
        var hand = CardInHand(card, on: reader)
        var result = TaskResult(reading: ["kind": card.technology.name], card: card.presence)
        if let pages = card.technology.pages {
            let content = try await hand.pages(pages.user)
            result.content = content.count < pages.user.count ? .partly : .whole
            guard !content.isEmpty else { throw Fault(.notWritable, detail: "page \(pages.user.lowerBound) is protected") }
            result.image = .pages(PageImage(pages: content))
            result.reading["pages"] = words(content.keys)
            if content.count < pages.user.count { result.reading["protectedPages"] = words(pages.user.filter { content[$0] == nil }) }
        } else if let sectors = card.technology.sectorCount {
            let keys = try settings.readingKeys()
            var content: [Int: [UInt8]] = [:]
            var shut: [Int] = []
            for sector in 0..<sectors {
                let blocks = ClassicGeometry.dataBlocks(ofSector: sector)
                if let found = try await hand.content(of: blocks, with: keys) {
                    content.merge(found) { _, new in new }
                } else {
                    shut.append(sector)
                }
            }
            result.content = shut.isEmpty ? .whole : .partly
            guard shut.count < sectors else { throw Fault(.notWritable, detail: "no sector opens with this key") }
            result.image = .blocks(BlockImage(blocks: content))
            result.reading["sectors"] = words((0..<sectors).filter { !shut.contains($0) })
            if !shut.isEmpty { result.reading["closedSectors"] = words(shut) }
        }
        await show(.ok)
        return result
    }

    func erase(progress: some TaskProgress) async throws(Fault) -> TaskResult {
        let card = try await beginErrand(progress: progress)
        var hand = CardInHand(card, on: reader)
        var result = TaskResult(reading: ["kind": card.technology.name], card: card.presence)
        if let pages = card.technology.pages {
            guard card.isSizeProven else { throw Fault(.notWritable, detail: "page \(pages.user.upperBound) is protected") }
            for page in pages.user { try await hand.clear(CardPlan.Place(number: page, bytes: [0, 0, 0, 0])) }
            result.reading["pages"] = words(pages.user)
        } else if let sectors = card.technology.sectorCount {
            let keys = try settings.readingKeys()
            var erased: [Int] = []
            for sector in 0..<sectors {
                let blocks = ClassicGeometry.dataBlocks(ofSector: sector)
                guard try await hand.opens(sectorOf: blocks[0], with: keys) else { continue }
                for block in blocks {
                    try await hand.clear(CardPlan.Place(number: block, bytes: [UInt8](repeating: 0, count: 16)))
                }
                erased.append(sector)
            }
            guard !erased.isEmpty else { throw Fault(.notWritable, detail: "no sector opens with this key") }
            result.reading["sectors"] = words(erased)
            if erased.count < sectors { result.reading["closedSectors"] = words((0..<sectors).filter { !erased.contains($0) }) }
        } else {
            throw Fault(.unsupportedCard, detail: card.technology.name)
        }
        await show(.ok)
        return result
    }

    private func beginErrand(progress: some TaskProgress) async throws(Fault) -> SelectedCard {
        try await progress.waitingForCard(copy: 1, of: 1)
        await show(.waiting)
        let card = try await waitForCard(progress: progress)
        await show(.working)
        return card
    }

    /// `0 to 4, 7`
    private func words(_ numbers: some Collection<Int>) -> String {
        var runs: [ClosedRange<Int>] = []
        for number in numbers.sorted() {
            if let last = runs.last, last.upperBound + 1 == number {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }.joined(separator: ", ")
    }
}

extension CardInHand {
    /// Whether one of the keys opens this sector. A card that does not let it in must be there still.
    fileprivate mutating func opens(sectorOf block: Int, with keys: [SectorKey]) async throws(Fault) -> Bool {
        for key in keys {
            do throws(Fault) {
                try await enter(sectorOf: block, with: key)
                return true
            } catch {
                guard refused(error) else { throw error }
            }
        }
        return false
    }

    /// A sector's blocks; `nil` where the keys or the access bits refuse them.
    fileprivate mutating func content(of blocks: [Int], with keys: [SectorKey]) async throws(Fault) -> [Int: [UInt8]]? {
        for key in keys {
            var found: [Int: [UInt8]] = [:]
            do throws(Fault) {
                try await enter(sectorOf: blocks[0], with: key)
                for block in blocks { found[block] = try await content(at: block) }
                return found
            } catch {
                guard refused(error) else { throw error }
            }
        }
        return nil
    }

    private func refused(_ fault: Fault) -> Bool {
        isStillThere && (fault.kind == .notWritable || fault.kind == .cardRemovedEarly)
    }

    /// The pages that can be read, from the first on: a protected card stops at the first page that is not free.
    fileprivate mutating func pages(_ wanted: ClosedRange<Int>) async throws(Fault) -> [Int: [UInt8]] {
        var content: [Int: [UInt8]] = [:]
        for first in stride(from: wanted.lowerBound, through: wanted.upperBound, by: 4) {
            do throws(Fault) {
                let bytes = try await self.content(at: first)
                for page in first...min(first + 3, wanted.upperBound) {
                    let found = Array(bytes[(page - first) * 4..<(page - first) * 4 + 4])
                    // Before the first protected page a card goes on with page 0 (NTAG21x, 10.2). What looks like that is asked for itself.
                    if page > first, found == firstPage { _ = try await self.content(at: page) }
                    content[page] = found
                }
            } catch {
                if refused(error) { return content }
                throw error
            }
        }
        return content
    }

    /// Page 0: three bytes of the serial number and a check over them and the cascade tag (ISO 14443-3).
    private var firstPage: [UInt8] {
        let start = Array(card.uid.prefix(3))
        return start + [start.reduce(0x88, ^)]
    }

    /// Zeros, unless they are there already: a card lives for so many writes only.
    fileprivate mutating func clear(_ place: CardPlan.Place) async throws(Fault) {
        if try await content(at: place.number).prefix(place.bytes.count).elementsEqual(place.bytes) { return }
        try await put(place)
        try await confirm(place)
    }
}
