// SPDX-License-Identifier: Apache-2.0

/// A return value of PC/SC, by its number; the names are those of winscard.h.
public struct PcscCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let success = PcscCode(rawValue: 0)
    public static let cancelled = PcscCode(rawValue: 0x8010_0002)
    public static let invalidHandle = PcscCode(rawValue: 0x8010_0003)
    public static let unknownReader = PcscCode(rawValue: 0x8010_0009)
    public static let timeout = PcscCode(rawValue: 0x8010_000A)
    /// Another program has the card.
    public static let sharingViolation = PcscCode(rawValue: 0x8010_000B)
    public static let noSmartCard = PcscCode(rawValue: 0x8010_000C)
    public static let protocolMismatch = PcscCode(rawValue: 0x8010_000F)
    public static let notReady = PcscCode(rawValue: 0x8010_0010)
    public static let communicationError = PcscCode(rawValue: 0x8010_0013)
    /// The reader got no answer from the card: most often it was lifted.
    public static let notTransacted = PcscCode(rawValue: 0x8010_0016)
    public static let readerUnavailable = PcscCode(rawValue: 0x8010_0017)
    public static let cardUnsupported = PcscCode(rawValue: 0x8010_001C)
    /// Nobody answers at pcscd's socket.
    public static let noService = PcscCode(rawValue: 0x8010_001D)
    public static let serviceStopped = PcscCode(rawValue: 0x8010_001E)
    public static let noReaders = PcscCode(rawValue: 0x8010_002E)
    public static let unsupportedCard = PcscCode(rawValue: 0x8010_0065)
    public static let unresponsiveCard = PcscCode(rawValue: 0x8010_0066)
    public static let unpoweredCard = PcscCode(rawValue: 0x8010_0067)
    public static let resetCard = PcscCode(rawValue: 0x8010_0068)
    public static let removedCard = PcscCode(rawValue: 0x8010_0069)
    /// polkit refuses this user.
    public static let securityViolation = PcscCode(rawValue: 0x8010_006A)

    private static let names: [PcscCode: String] = [
        success: "SCARD_S_SUCCESS", cancelled: "SCARD_E_CANCELLED", invalidHandle: "SCARD_E_INVALID_HANDLE",
        unknownReader: "SCARD_E_UNKNOWN_READER", timeout: "SCARD_E_TIMEOUT", sharingViolation: "SCARD_E_SHARING_VIOLATION",
        noSmartCard: "SCARD_E_NO_SMARTCARD", protocolMismatch: "SCARD_E_PROTO_MISMATCH", notReady: "SCARD_E_NOT_READY",
        communicationError: "SCARD_F_COMM_ERROR", notTransacted: "SCARD_E_NOT_TRANSACTED",
        readerUnavailable: "SCARD_E_READER_UNAVAILABLE", cardUnsupported: "SCARD_E_CARD_UNSUPPORTED", noService: "SCARD_E_NO_SERVICE",
        serviceStopped: "SCARD_E_SERVICE_STOPPED", noReaders: "SCARD_E_NO_READERS_AVAILABLE",
        unsupportedCard: "SCARD_W_UNSUPPORTED_CARD", unresponsiveCard: "SCARD_W_UNRESPONSIVE_CARD",
        unpoweredCard: "SCARD_W_UNPOWERED_CARD", resetCard: "SCARD_W_RESET_CARD", removedCard: "SCARD_W_REMOVED_CARD",
        securityViolation: "SCARD_W_SECURITY_VIOLATION",
    ]

    /// `SCARD_E_NO_SERVICE`, or the number of a value without a name here.
    public var description: String { Self.names[self] ?? "0x" + String(rawValue, radix: 16, uppercase: true) }
}
