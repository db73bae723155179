// SPDX-License-Identifier: Apache-2.0
import Crypto
import EncoderModel
import Foundation
import Logging

/// What stands for a card's serial number where it may be read by anyone who reads logs and trails: a keyed hash. The same card has the
/// same mark for as long as the journal lives, and nobody without the journal can find the card behind it.
struct CardMarks: Sendable {
    private static let keyLength = 32
    private let key: SymmetricKey

    /// - Parameter text: the key as the journal keeps it; `nil` for anything else.
    init?(_ text: String) {
        guard let bytes = HexText.decode(text), bytes.count == Self.keyLength else { return nil }
        key = SymmetricKey(data: bytes)
    }

    static func newKey() -> String {
        HexText.encode((0..<keyLength).map { _ in UInt8.random(in: .min ... .max) })
    }

    /// Eight hex digits.
    func mark(of serial: String) -> String {
        HexText.encode(HMAC<SHA256>.authenticationCode(for: Data(serial.utf8), using: key).prefix(4))
    }
}

extension JobQueue {
    /// `nil` without a serial number, or when the journal cannot keep the key: then nothing at all is written of the card.
    public func mark(of serial: String?) async -> String? {
        guard let serial else { return nil }
        if marks == nil {
            // Two first cards at once must not make two keys, of which the journal keeps the other one.
            let search = marksSearch ?? Task { await self.keptMarks() }
            marksSearch = search
            marks = await search.value
            if marks == nil, marksSearch == search { marksSearch = nil }
        }
        return marks?.mark(of: serial)
    }

    private func keptMarks() async -> CardMarks? {
        do throws(JournalFault) {
            if let kept = try await journal.fact(.markKey) { return CardMarks(kept) }
            let text = CardMarks.newKey()
            try await journal.setFact(.markKey, text)
            return CardMarks(text)
        } catch {
            logger.error("journal: \(error)")
            return nil
        }
    }

    /// For the trail: ` [card 3F2A91BC]`.
    func marks(in event: JobEvent) async -> String {
        let receipts: [Receipt] =
            switch event {
            case .cardFinished(let receipt): [receipt]
            case .completed(let receipts): receipts
            default: []
            }
        var marks: [String] = []
        for receipt in receipts {
            if let mark = await mark(of: receipt.serial) { marks.append(mark) }
        }
        return marks.isEmpty ? "" : " [card \(marks.joined(separator: ", "))]"
    }
}
