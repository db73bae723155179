// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// The status byte behind every command of the family, as a fault.
enum MsrStatus {
    static let good: UInt8 = 0x30
    static let wrongFormat: UInt8 = 0x32
    static let unknownCommand: UInt8 = 0x34
    /// Of a test, a setting or an erasure.
    static let failed: UInt8 = 0x41

    /// What the encoder was doing.
    enum Work: Sendable, Hashable {
        case write(MagneticImage.Coercivity)
        case read
        case erase
        /// Names the setting.
        case setting(String)
    }

    /// `nil` for success. The manual calls everything from 31 to 3F an error, so what it does not explain is one too.
    static func fault(_ status: UInt8, during work: Work) -> Fault? {
        if status == good { return nil }
        let detail = "status " + String(status, radix: 16, uppercase: true)
        // A swipe that went wrong may have left a part of the content on the card.
        let card: CardKnowledge =
            switch work {
            case .write, .erase: .unknown
            case .read, .setting: .untouched
            }
        switch (status, work) {
        case (0x31, .write(.low)):
            // Mostly a card that needs the other coercivity.
            return Fault(.notWritable, card: card, detail: detail)
        case (0x31, .write(.high)): return Fault(.verifyFailed, card: card, detail: detail)
        case (0x31, .read): return Fault(.unsupportedCard, detail: detail)
        case (0x31, .erase), (0x41, .erase): return Fault(.notWritable, card: card, detail: detail)
        case (0x39, .write), (0x39, .read), (0x39, .erase): return Fault(.cardRemovedEarly, card: card, detail: detail)
        // Refused before any swipe, and no proof all the same: a byte that the line doubles makes one unknown command of the beginning, and the
        // rest is carried out.
        case (0x32, .write), (0x32, .read), (0x32, .erase), (0x34, .write), (0x34, .read), (0x34, .erase):
            return Fault(
                .rejected(reason: "the encoder did not understand the command, call the technician"), card: card, detail: detail)
        case (_, .setting(let name)):
            return Fault(.rejected(reason: "the encoder refused to set the \(name), compare its model with the settings"), detail: detail)
        default: return Fault(.malformedReply, card: card, detail: detail)
        }
    }
}
