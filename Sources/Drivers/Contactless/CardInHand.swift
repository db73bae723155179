// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// The card that is being worked on: which of its sectors is open, whether it may have been written, and what a fault means for it.
struct CardInHand<Reader: ContactlessReader>: Sendable {
    let reader: Reader
    let card: SelectedCard
    /// A write has gone out.
    private(set) var mayBeWritten = false
    /// After a fault: the card was seen again, so it refused and was not taken away.
    private(set) var isStillThere = false
    private var openSector: Int?

    init(_ card: SelectedCard, on reader: Reader) {
        self.card = card
        self.reader = reader
    }

    /// Authenticates once for all blocks of a sector.
    mutating func enter(sectorOf block: Int, with key: SectorKey) async throws(Fault) {
        let sector = ClassicGeometry.sector(ofBlock: block)
        guard openSector != sector else { return }
        openSector = nil
        do throws(Fault) {
            try await reader.authenticate(card, block: block, key: key.bytes, kind: key.kind)
        } catch {
            throw await settled(error, place: "sector \(sector)")
        }
        openSector = sector
    }

    /// 16 bytes from there on.
    mutating func content(at place: Int) async throws(Fault) -> [UInt8] {
        let bytes: [UInt8]
        do throws(Fault) {
            bytes = try await reader.read(card, at: place)
        } catch {
            throw await settled(error, place: "\(word) \(place)")
        }
        guard bytes.count == 16 else {
            throw judged(Fault(.malformedReply, detail: "\(word) \(place): \(bytes.count) bytes in place of 16"))
        }
        return bytes
    }

    /// Writes one block or page, as the card has them.
    mutating func put(_ place: CardPlan.Place) async throws(Fault) {
        // Before the attempt: a fault in the middle leaves the card in doubt.
        let before = mayBeWritten
        mayBeWritten = true
        do throws(Fault) {
            if card.technology.pages == nil {
                try await reader.write(card, block: place.number, place.bytes)
            } else {
                try await reader.write(card, page: place.number, place.bytes)
            }
        } catch {
            // The link did not let it out: the order was taken back in the last moment.
            if error.kind == .cancelled || error.kind == .expired { mayBeWritten = before }
            throw await settled(error, place: "\(word) \(place.number)")
        }
    }

    private var word: String { card.technology.pages == nil ? "block" : "page" }

    /// What a fault says of the card. A reader cannot always tell a refusal from a card that left: only one that is seen again has
    /// refused. Seeing it again also wakes it: a failed authentication halts a card.
    private mutating func settled(_ fault: Fault, place: String) async -> Fault {
        isStillThere = false
        var fault = judged(fault)
        guard fault.kind == .notWritable || fault.kind == .cardRemovedEarly else { return fault }
        openSector = nil
        fault.detail = [place, fault.detail].compactMap { $0 }.joined(separator: ": ")
        do throws(Fault) {
            isStillThere = try await reader.select()?.uid == card.uid
        } catch {
            // The line broke while the card was looked for; what happened to the card before is the news.
            return fault
        }
        // One that the reader saw leaving did leave, even if it lies there again.
        if !isStillThere { fault.kind = .cardRemovedEarly }
        return fault
    }

    private func judged(_ fault: Fault) -> Fault {
        var fault = fault
        fault.card = mayBeWritten ? .unknown : .untouched
        return fault
    }
}
