// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What a driver says of itself: enough for the endpoint, the udev rules, the hardware index and `probe`.
public struct DriverManifest: Sendable {
    /// The word after `driver:` in the configuration.
    public var name: String
    /// For people: "Industry Standard (Salto, Onity, TESA)".
    public var title: String
    public var kind: EncoderKind
    public var capabilities: [EncoderCapability]
    public var ports: Set<PortKind>
    /// How the line is set before the first byte, unless the settings say otherwise.
    public var line: LineSettings
    public var settings: [SettingDescription]
    public var models: [EncoderModelEntry]
    /// File name in hardware-notes/.
    public var hardwareNote: String
    /// Cards that a raw encoder writes, so that a layout for others is found by `check`; empty: not said.
    public var media: Set<CardMedium>
    /// What a person does with a card here: prompts and advice speak of putting or of swiping.
    public var gesture: CardGesture
    /// What keys a lock maker's encoder can be asked for; a driver whose settings decide says more with ``EncoderDriver/keys``.
    public var keys: KeyAbilities
    /// Settings with which the family can be tried, one of each of its kinds: what nobody can leave out, and the kind.
    public var examples: [[String: String]]
    /// Several encoders may hang on one port, which then is the link to their lock server.
    public var sharesPort = false

    public init(
        name: String, title: String, kind: EncoderKind, capabilities: [EncoderCapability], ports: Set<PortKind>, line: LineSettings,
        settings: [SettingDescription], models: [EncoderModelEntry], hardwareNote: String, media: Set<CardMedium> = [],
        gesture: CardGesture = .put,
        keys: KeyAbilities = KeyAbilities(), examples: [[String: String]] = [[:]]
    ) {
        self.name = name
        self.title = title
        self.kind = kind
        self.capabilities = capabilities
        self.ports = ports
        self.line = line
        self.settings = settings
        self.models = models
        self.hardwareNote = hardwareNote
        self.media = media
        self.gesture = gesture
        self.keys = keys
        self.examples = examples
    }
}

/// The kinds of way to an encoder.
public enum PortKind: String, Sendable, Hashable, CaseIterable {
    case tty, hidraw, pcsc, tcp
}

/// One model of a family.
public struct EncoderModelEntry: Sendable, Hashable {
    public var name: String
    /// USB ids that are the encoder's **own** (never those of a bare serial adapter), for udev rules.
    public var usb: [USBID]
    /// How the protocol is known: 1 reverse engineered, 2 fragments, 3 public text or client, 4 maker's manual, 5 with the hardware.
    public var evidence: Int

    public init(_ name: String, usb: [USBID] = [], evidence: Int) {
        self.name = name
        self.usb = usb
        self.evidence = evidence
    }
}

/// Vendor and product id of a USB device.
public struct USBID: Sendable, Hashable, CustomStringConvertible {
    public let vendor: UInt16
    public let product: UInt16
    public init(_ vendor: UInt16, _ product: UInt16) {
        self.vendor = vendor
        self.product = product
    }
    /// `10c4:ea60`
    public var description: String {
        func hex(_ value: UInt16) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 4 - digits.count) + digits
        }
        return hex(vendor) + ":" + hex(product)
    }
}

/// One setting of a driver, for `check`, help and documentation.
public struct SettingDescription: Sendable, Hashable {
    public var name: String
    public var meaning: String
    /// `nil`: the site must give it.
    public var defaultValue: String?
    /// The values it may have; empty: free text, checked by the driver.
    public var choices: [String]

    public init(_ name: String, _ meaning: String, default defaultValue: String?, choices: [String] = []) {
        self.name = name
        self.meaning = meaning
        self.defaultValue = defaultValue
        self.choices = choices
    }
}
