// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// Writing with proof: everything is read back from the card and compared.
extension CardInHand {
    mutating func write(_ plan: CardPlan.BlockPlan, progress: CopyProgress<some TaskProgress>) async throws(Fault) {
        for place in plan.data {
            try await inSector(of: place, plan.key) { (card: inout Self) async throws(Fault) in try await card.put(place) }
        }
        if !plan.data.isEmpty { try await progress.verifying() }
        for place in plan.data {
            try await inSector(of: place, plan.key) { (card: inout Self) async throws(Fault) in try await card.confirm(place) }
        }
        for place in plan.trailers {
            try await enter(sectorOf: place.number, with: plan.key)
            try await put(place)
            if plan.data.isEmpty, place == plan.trailers.first { try await progress.verifying() }
            // Keys read as zeros; the access bits and the byte behind them do not. A wrong trailer is not written twice: what keys it
            // has now is not known.
            let read = try await content(at: place.number)
            guard read[6..<10] == place.bytes[6..<10] else { throw verifyFailed(place) }
        }
    }

    mutating func write(_ plan: CardPlan.PagePlan, progress: CopyProgress<some TaskProgress>) async throws(Fault) {
        guard let geometry = card.provenTechnology.pages else { throw Fault(.unsupportedCard, detail: card.technology.name) }
        let (content, locks) = plan.ordered(for: geometry)
        for place in content { try await put(place) }
        if !content.isEmpty { try await progress.verifying() }
        for place in content { try await confirm(place) }
        for place in locks {
            try await put(place)
            if content.isEmpty, place == locks.first { try await progress.verifying() }
            let held = try await self.content(at: place.number)
            guard geometry.comparison(ofPage: place.number).holds(held.prefix(4), wanted: place.bytes) else { throw verifyFailed(place) }
        }
    }

    /// Does a step in the open sector. Where other programs share the reader, one of them may have shut it again; then the key is shown
    /// once more. Whoever refuses a second time means it.
    private mutating func inSector(
        of place: CardPlan.Place, _ key: SectorKey, _ step: (inout Self) async throws(Fault) -> Void
    ) async throws(Fault) {
        try await enter(sectorOf: place.number, with: key)
        do throws(Fault) {
            try await step(&self)
        } catch {
            guard reader.isShared, error.kind == .notWritable, isStillThere else { throw error }
            try await enter(sectorOf: place.number, with: key)
            try await step(&self)
        }
    }

    /// Reads a place back. One that differs is written once more.
    mutating func confirm(_ place: CardPlan.Place) async throws(Fault) {
        if try await content(at: place.number).prefix(place.bytes.count).elementsEqual(place.bytes) { return }
        try await put(place)
        guard try await content(at: place.number).prefix(place.bytes.count).elementsEqual(place.bytes) else { throw verifyFailed(place) }
    }

    private func verifyFailed(_ place: CardPlan.Place) -> Fault {
        Fault(.verifyFailed, card: .written, detail: "\(place.bytes.count == 4 ? "page" : "block") \(place.number) reads differently")
    }
}
