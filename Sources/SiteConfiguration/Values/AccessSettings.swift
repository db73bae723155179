// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import LockDrivers

/// `mqtt:`
public struct MQTTSettings: Sendable, Hashable {
    public var host: String
    public var port: Int
    public var usesTLS: Bool
    /// Paths for ``SecretFile``.
    public var userFile: String?
    public var passwordFile: String?
    public var trustRootsFile: String?
    public var certificateFile: String?
    public var keyFile: String?
    public var clientID: String

    public init(
        host: String, port: Int, usesTLS: Bool = false, userFile: String? = nil, passwordFile: String? = nil,
        trustRootsFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil, clientID: String = ""
    ) {
        self.host = host
        self.port = port
        self.usesTLS = usesTLS
        self.userFile = userFile
        self.passwordFile = passwordFile
        self.trustRootsFile = trustRootsFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.clientID = clientID
    }
}

/// One entry of `locks:`.
public struct LockConfiguration: Sendable, Hashable {
    public var name: LockName
    public var driver: String
    public var settings: LockSettings

    public init(name: LockName, driver: String, settings: LockSettings) {
        self.name = name
        self.driver = driver
        self.settings = settings
    }
}

/// `access:`
public struct AccessSettings: Sendable, Hashable {
    /// Where reservations come from.
    public enum PMS: String, Sendable, Hashable, CaseIterable { case mews, fias }

    public var pms: PMS?
    public var rules: AccessRules
    /// How long the access log is kept.
    public var keepLog: Duration
    /// `access.cards`; `nil`: cards are cut when somebody orders them, and the PMS is not told of them.
    public var cards: CardSettings?

    /// What is done with cards beside codes.
    public struct CardSettings: Sendable, Hashable {
        public var encoder: EncoderName
        /// Whether a check-in queues the guest's card.
        public var onCheckIn: Bool
        public var copies: Int
        /// Whether the PMS is told the serial numbers of cards that were cut for a reservation.
        public var register: Bool

        public init(encoder: EncoderName, onCheckIn: Bool = false, copies: Int = 1, register: Bool = false) {
            self.encoder = encoder
            self.onCheckIn = onCheckIn
            self.copies = copies
            self.register = register
        }
    }

    public init(pms: PMS?, rules: AccessRules, keepLog: Duration = .seconds(30 * 86_400), cards: CardSettings? = nil) {
        self.cards = cards
        self.pms = pms
        self.rules = rules
        self.keepLog = keepLog
    }
}
