// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What a contactless encoder does with the card in its field, one step at a time. Written once for each family; what may be written
/// where, verification, and that one card is not used twice stand above it and are the same for all.
///
/// Faults: `cardRemovedEarly` when the card left, `notWritable` when it refuses, `malformedReply`, `timeout` and `offline` of the line.
protocol ContactlessReader: Sendable {
    /// Finds a card and makes it the one that the other calls talk to; `nil`: none is there. Also wakes a card that has been halted by
    /// a failed authentication.
    func select() async throws(Fault) -> SelectedCard?
    /// Opens the sector of a block of the selected MIFARE Classic card. Throws `notWritable` for a wrong key; the card is then halted.
    func authenticate(_ card: SelectedCard, block: Int, key: [UInt8], kind: BlockImage.KeyKind) async throws(Fault)
    /// 16 bytes: a block of a Classic card, or four pages of an Ultralight or NTAG card.
    func read(_ card: SelectedCard, at place: Int) async throws(Fault) -> [UInt8]
    /// Writes 16 bytes of a Classic card. The command is one that writes a card: the link journals before it goes out.
    func write(_ card: SelectedCard, block: Int, _ bytes: [UInt8]) async throws(Fault)
    /// Writes 4 bytes of an Ultralight or NTAG card.
    func write(_ card: SelectedCard, page: Int, _ bytes: [UInt8]) async throws(Fault)
    /// Whether programs beside us may reset a card while we talk to it.
    var isShared: Bool { get }
    /// Shows a person what is expected of them, as far as the encoder has lights or a beeper.
    func signal(_ signal: PersonSignal) async throws(Fault)
    /// See ``DriverKit/Link/rest(_:)``.
    func rest(_ length: Duration) async throws(Fault)
    /// See ``DriverKit/Link/remaining``.
    var remaining: Duration { get async }
}

extension ContactlessReader {
    var isShared: Bool { false }
}

/// What lights and beepers tell the person at the encoder.
enum PersonSignal: Sendable, Hashable {
    case waiting, working, ok, failed, idle
}

/// A card that was found in the field.
struct SelectedCard: Sendable, Hashable {
    /// 4, 7 or 10 bytes.
    var uid: [UInt8]
    var technology: CardTechnology
    /// Whether the card's size is known from the card's own behaviour. What it says of its size is content like any other: it may be
    /// wrong, and behind the last page that really is there a card has none, but a smaller card has its locks and passwords.
    var isSizeProven = true

    /// The kind that writing may count on.
    var provenTechnology: CardTechnology { isSizeProven ? technology : .ultralight }
    /// What MIFARE Classic authentication takes: of a longer serial number the last four bytes.
    var authenticationUID: [UInt8] { Array(uid.suffix(4)) }
    var presence: CardPresence { CardPresence(.present, uid: HexText.encode(uid), technology: technology.name) }
}

/// What kind of card it is, as its answers to selection tell.
enum CardTechnology: Sendable, Hashable {
    case mifareClassicMini, mifareClassic1K, mifareClassic2K, mifareClassic4K
    /// Ultralight, NTAG210, and every other card with pages until its size is proven.
    case ultralight
    case ultralightC
    /// Also Ultralight EV1 with 41 pages: the same places.
    case ntag212
    case ntag213, ntag215, ntag216
    /// Another card of ISO 14443 A.
    case other(sak: UInt8)

    /// SAK tells the size; ATQA is shared between makers (NXP AN10833). A MIFARE Plus in security level 1 is a Classic to everybody.
    init(sak: UInt8) {
        self =
            switch sak {
            case 0x09: .mifareClassicMini
            case 0x08, 0x28, 0x88: .mifareClassic1K
            case 0x19: .mifareClassic2K
            case 0x18, 0x38, 0x98: .mifareClassic4K
            case 0x00: .ultralight
            default: .other(sak: sak)
            }
    }

    /// The word at the endpoint: `mifare-classic-1k`.
    var name: String {
        switch self {
        case .mifareClassicMini: "mifare-classic-mini"
        case .mifareClassic1K: "mifare-classic-1k"
        case .mifareClassic2K: "mifare-classic-2k"
        case .mifareClassic4K: "mifare-classic-4k"
        case .ultralight: "mifare-ultralight"
        case .ultralightC: "mifare-ultralight-c"
        case .ntag212: "ntag212"
        case .ntag213: "ntag213"
        case .ntag215: "ntag215"
        case .ntag216: "ntag216"
        case .other: "iso14443a"
        }
    }
}
