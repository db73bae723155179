// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation

/// The keys of one order on a lock maker's encoder: how many go into which message, and what is known of each. Written once for every such
/// family, as ``CardWork`` is for cards.
struct KeyWork: Sendable {
    let order: KeyOrder
    /// How many keys one message of a mode can order: at least one.
    let mostInMessage: @Sendable (KeyMode) -> Int

    /// - Throws: `rejected` for an order that makes no sense here, before anything is sent.
    init(_ order: KeyOrder, mostInMessage: @escaping @Sendable (KeyMode) -> Int) throws(Fault) {
        if let objection = order.objection() { throw objection.fault }
        guard order.cardImage == nil else {
            throw Fault(.rejected(reason: "the lock system of this encoder makes the card itself and takes no card image"))
        }
        self.order = order
        self.mostInMessage = mostInMessage
    }

    /// Orders the keys, in as few messages as the protocol allows.
    ///
    /// - Parameters:
    ///   - remarks: what a person should know of these keys once the first of them is made.
    ///   - send: orders so many keys of a mode and gives the serial numbers that the encoder told of them, in order.
    func cut(
        progress: some TaskProgress, remarks: [Remark], _ send: (KeyMode, _ keys: Int) async throws(Fault) -> [String?]
    ) async throws(Fault) -> [Receipt] {
        var receipts: [Receipt] = []
        while receipts.count < order.copies {
            // A second "new" would cancel the first key: what one message cannot order is ordered as copies.
            let mode = receipts.isEmpty || order.mode == .oneShot ? order.mode : .copy
            let keys = min(order.copies - receipts.count, max(1, mostInMessage(mode)))
            // Said before the order goes out: once the encoder has it, only the encoder knows when it wants which card.
            try await progress.waitingForCard(copy: receipts.count + 1, of: order.copies)
            let serials = try await send(mode, keys)
            if receipts.isEmpty { for remark in remarks { await progress.remark(remark) } }
            let isLast = receipts.count + keys == order.copies
            for place in 0..<keys {
                let receipt = Receipt(
                    copy: receipts.count + 1,
                    // A number is given to a card only if there are as many numbers as cards.
                    serial: serials.count == keys ? serials[place] : nil,
                    // The answer says that the encoder has finished. Nothing public says that it reads back what it wrote.
                    verified: false, at: Date())
                receipts.append(receipt)
                if !isLast { try await progress.finished(receipt) }
            }
        }
        return receipts
    }

    /// The most time that these keys may take, with one wait of the encoder a key and a handshake a message.
    static func timeLimit(for order: KeyOrder, handshake: Duration, perKey: Duration) -> Duration {
        (handshake + perKey) * max(1, min(order.copies, KeyOrder.maximumCopies)) + .seconds(1)
    }

    /// A card's serial number as an answer has it; `nil` for what does not look like one.
    static func serial(_ text: String?) -> String? {
        guard let text, (4...32).contains(text.count), text.allSatisfy(\.isHexDigit) else { return nil }
        return text.uppercased()
    }

    /// A room that was checked out before is done too: another encoder of the same lock system may have told it.
    static func checkOut(_ tell: () async throws(Fault) -> Void) async throws(Fault) -> TaskResult {
        do throws(Fault) {
            try await tell()
        } catch  where error.cause == .checkedOut {}
        return TaskResult()
    }

    /// What is refused on the encoders of lock systems.
    static let changesNoKeys = Fault(
        .rejected(reason: "the lock system of this encoder cannot be told that keys are to open another room: cut new ones"))
    static let endsWholeRooms = Fault(
        .rejected(
            reason: "this lock system ends all keys of a room at once: leave the reservation out when nobody else stays there"))
    static let makesCardsItself = Fault(.rejected(reason: "the lock system of this encoder makes the cards itself: order a key instead"))
}
