// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation

/// Card work over any contactless reader: what may be written where, in which order, with what proof, and for which of the cards that
/// come and go. One set of rules for every family.
struct CardWork<Reader: ContactlessReader>: Sendable {
    let reader: Reader
    let settings: ContactlessSettings

    init(_ reader: Reader, _ settings: ContactlessSettings) {
        self.reader = reader
        self.settings = settings
    }

    /// Does ``EncoderTask/write(_:)``, ``EncoderTask/read`` and ``EncoderTask/erase``; refuses what is not card work.
    func perform(_ task: EncoderTask, progress: some TaskProgress) async throws(Fault) -> TaskResult {
        do throws(Fault) {
            switch task {
            case .write(let batch): return TaskResult(receipts: try await make(batch, progress: progress))
            case .read: return try await readCard(progress: progress)
            case .erase: return try await erase(progress: progress)
            case .cut, .checkOut, .keyChange:
                throw Fault(.rejected(reason: "this encoder writes card content and knows no rooms: send a card image with the order"))
            case .reset, .selfTest: throw Fault(.rejected(reason: "this encoder cannot do that"))
            }
        } catch {
            await show(.failed, unless: error.kind == .offline || error.kind == .timeout)
            throw error
        }
    }

    /// Every due card of an order, each a different one.
    private func make(_ batch: CardBatch, progress: some TaskProgress) async throws(Fault) -> [Receipt] {
        var plans: [(copy: Int, plan: CardPlan)] = []
        for due in batch.due { plans.append((due.copy, try CardPlan(due.image, settings))) }
        var used = Set(batch.finished.compactMap(\.serial))
        var receipts: [Receipt] = []
        for (copy, plan) in plans {
            try await progress.waitingForCard(copy: copy, of: batch.images.count)
            await show(.waiting)
            let card = try await waitForCard(
                besides: used, justFinished: receipts.last?.serial, leftBehind: receipts.isEmpty ? batch.leftBehind : nil,
                progress: progress)
            guard plan.fits(card.provenTechnology) else { throw Fault(.unsupportedCard, detail: card.technology.name) }
            await show(.working)
            try await put(plan, on: card, progress: CopyProgress(copy: copy, progress: progress))
            let receipt = Receipt(copy: copy, serial: HexText.encode(card.uid), verified: true, at: Date())
            await show(.ok)
            used.insert(HexText.encode(card.uid))
            receipts.append(receipt)
            if copy != plans.last?.copy { try await progress.finished(receipt) }
        }
        return receipts
    }

    private func put(_ plan: CardPlan, on card: SelectedCard, progress: CopyProgress<some TaskProgress>) async throws(Fault) {
        var hand = CardInHand(card, on: reader)
        switch plan {
        case .blocks(let plan): try await hand.write(plan, progress: progress)
        case .pages(let plan): try await hand.write(plan, progress: progress)
        }
    }

    /// A light or a beep never decides over a card: one that fails neither ends a job nor turns a finished card into a failed one, nor
    /// hides the fault that it stands for. A line that is gone, or a wish to cancel, meets the next step all the same.
    func show(_ signal: PersonSignal, unless silent: Bool = false) async {
        guard !silent else { return }
        do throws(Fault) { try await reader.signal(signal) } catch { return }
    }
}

/// The progress of one card of an order.
struct CopyProgress<Progress: TaskProgress>: Sendable {
    let copy: Int
    let progress: Progress

    func verifying() async throws(Fault) { try await progress.verifying(copy: copy) }
}
