// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

extension CardWork {
    private static var timeToTakeAway: Duration { .seconds(2) }

    /// Looks until a card is there that this order has not used yet. A look takes its own time, so the next one keeps its
    /// place in a row that began with the first, and none begins that could leave no time for the card.
    /// - Parameters:
    ///   - justFinished: the card that may still lie on the encoder, which is no reason to say anything yet.
    ///   - leftBehind: a key of an earlier order, which is not touched before it was taken away once.
    func waitForCard(
        besides used: Set<String> = [], justFinished: String? = nil, leftBehind: String? = nil, progress: some TaskProgress
    ) async throws(Fault) -> SelectedCard {
        var lying: String?
        var finishedLeft = justFinished == nil
        var isLeftBehind = leftBehind != nil
        var told = false
        let beginning = await reader.remaining
        for look in 1...settings.looks {
            let remaining = await reader.remaining
            guard look == 1 || remaining >= Patience.standard.margin else { break }
            let card = try await reader.selectKnowingly()
            let uid = card.map { HexText.encode($0.uid) }
            if uid != lying || look == 1 { await progress.sighted(card?.presence ?? CardPresence(.absent)) }
            lying = uid
            if uid != leftBehind { isLeftBehind = false }
            if isLeftBehind {
                // Whoever is about to take it away need not be told.
                if !told, beginning - remaining >= Self.timeToTakeAway {
                    told = true
                    await show(.failed)
                    await progress.remark(.keyLeftBehind)
                    await show(.waiting)
                }
            } else if let card, let uid {
                if !used.contains(uid) { return card }
                if uid != justFinished || finishedLeft, !told {
                    told = true
                    await show(.failed)
                    await progress.remark(.usedCard)
                    await show(.waiting)
                }
            }
            if uid != justFinished { finishedLeft = true }
            let elapsed = beginning - (await reader.remaining)
            try await reader.rest(max(.milliseconds(1), settings.pollInterval * look - elapsed))
        }
        if isLeftBehind { throw Fault(.noCard, detail: "the key of the order before was not taken away") }
        guard lying == nil else {
            throw Fault(
                .rejected(reason: "the card on the encoder was used for this order before: take it away and put another one on"),
                cause: .sameCard)
        }
        throw Fault(.noCard, detail: "no card came")
    }
}

extension ContactlessReader {
    /// Selects a card and finds out how many pages it has, where its answers to selection do not tell: what it claims is tried.
    func selectKnowingly() async throws(Fault) -> SelectedCard? {
        guard var card = try await select() else { return nil }
        guard card.technology == .ultralight else { return card }
        guard let firstPages = try await pages(of: card, at: 0) else { return try await select() }
        guard let claim = CardTechnology(capabilityContainer: firstPages.dropFirst(12)) else { return card }
        for size in claim.sizesWithin {
            if try await pages(of: card, at: size.lastPage) != nil {
                card.technology = size.technology
                return card
            }
            guard let same = try await select(), same.uid == card.uid else { return nil }
        }
        // It lets nobody read so far, whether it has these pages or not.
        card.technology = claim
        card.isSizeProven = false
        return card
    }

    /// `nil`: the card left, or it refused; then it is halted and must be selected anew.
    private func pages(of card: SelectedCard, at page: Int) async throws(Fault) -> [UInt8]? {
        do throws(Fault) {
            let bytes = try await self.read(card, at: page)
            return bytes.count == 16 ? bytes : nil
        } catch {
            switch error.kind {
            case .cardRemovedEarly, .notWritable, .unsupportedCard, .rejected: return nil
            default: throw error
            }
        }
    }

    /// Which card lies on the encoder now, for ``DriverKit/EncoderDriver/lookForCard(on:)``.
    func look() async throws(Fault) -> CardPresence {
        try await selectKnowingly()?.presence ?? CardPresence(.absent)
    }
}
