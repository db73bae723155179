// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Ports

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
