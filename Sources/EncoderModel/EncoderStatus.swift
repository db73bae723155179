// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Where an encoder stands.
public enum EncoderState: String, Sendable, Codable, CaseIterable {
    /// Its port is not there.
    case absent
    case opening
    case ready
    case busy
    /// Its port is there but it cannot be used; the last fault says why and the bridge keeps trying.
    case faulted
}

/// The two kinds of encoder that must be kept apart (docs: design, section 4).
public enum EncoderKind: String, Sendable, Codable, CaseIterable {
    /// Takes a key order as it is: rooms, times, rights. The lock system makes the card.
    case lockMaker
    /// Takes card content. Opens a door only if another system made that content.
    case raw
}

/// What an encoder can do beyond writing keys.
public enum EncoderCapability: String, Sendable, Codable, CaseIterable {
    case presence, serial, verify, read, erase
    /// An order can be taken back while the encoder waits for its card.
    case cancel
    case copies, reset
    case selfTest = "self-test"
    /// It makes keys that open once (``KeyMode/oneShot``).
    case oneShot = "one-shot"
    /// Its lock system can be told that guests have left.
    case checkOut = "check-out"
    /// Its lock system can be told that keys are to open another room or until another time.
    case keyChange = "key-change"
}

/// What is known of a card on the encoder now.
public struct CardPresence: Sendable, Codable, Hashable {
    public enum State: String, Sendable, Codable { case present, absent, unknown }
    public var state: State
    /// Upper-case hex, if the encoder tells it.
    public var uid: String?
    public var technology: String?

    public init(_ state: State, uid: String? = nil, technology: String? = nil) {
        self.state = state
        self.uid = uid
        self.technology = technology
    }

    public static let unknown = CardPresence(.unknown)

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(state, forKey: .state)
        try values.encode(uid, forKey: .uid)
        try values.encode(technology, forKey: .technology)
    }
}

/// What the encoder said of itself when it was asked.
public struct EncoderIdentity: Sendable, Codable, Hashable {
    public var model: String?
    public var firmware: String?
    public var serial: String?

    public init(model: String? = nil, firmware: String? = nil, serial: String? = nil) {
        self.model = model
        self.firmware = firmware
        self.serial = serial
    }
}

/// A fault and when it happened.
public struct DatedFault: Sendable, Codable, Hashable {
    public var at: Date
    public var fault: Fault
    public init(at: Date, fault: Fault) {
        self.at = at
        self.fault = fault
    }

    public func encode(to encoder: any Encoder) throws {
        try fault.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(at, forKey: .at)
        try values.encode(fault.kind.technicianAdvice, forKey: .technician)
    }

    public init(from decoder: any Decoder) throws {
        fault = try Fault(from: decoder)
        at = try decoder.container(keyedBy: CodingKeys.self).decode(Date.self, forKey: .at)
    }

    enum CodingKeys: String, CodingKey { case at, technician }
}

/// One encoder as the HTTP API, `status` and the event stream show it.
public struct EncoderStatus: Sendable, Codable, Hashable {
    public var name: EncoderName
    public var state: EncoderState
    public var driver: String
    public var kind: EncoderKind
    public var port: PortStatus
    public var identity: EncoderIdentity?
    public var capabilities: [EncoderCapability]
    /// What a person does with a card here: words follow it.
    public var gesture: CardGesture = .put
    public var card: CardPresence
    /// The job in hand and those behind it.
    public var currentJob: JobID?
    public var queued: Int
    public var lastSeen: Date?
    public var lastFault: DatedFault?

    public init(
        name: EncoderName, state: EncoderState, driver: String, kind: EncoderKind, port: PortStatus, identity: EncoderIdentity? = nil,
        capabilities: [EncoderCapability], gesture: CardGesture = .put, card: CardPresence = .unknown, currentJob: JobID? = nil,
        queued: Int = 0,
        lastSeen: Date? = nil, lastFault: DatedFault? = nil
    ) {
        self.name = name
        self.state = state
        self.driver = driver
        self.kind = kind
        self.port = port
        self.identity = identity
        self.capabilities = capabilities
        self.gesture = gesture
        self.card = card
        self.currentJob = currentJob
        self.queued = queued
        self.lastSeen = lastSeen
        self.lastFault = lastFault
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(state, forKey: .state)
        try values.encode(driver, forKey: .driver)
        try values.encode(kind, forKey: .kind)
        try values.encode(port, forKey: .port)
        try values.encode(identity, forKey: .identity)
        try values.encode(capabilities, forKey: .capabilities)
        try values.encode(gesture, forKey: .gesture)
        try values.encode(card, forKey: .card)
        try values.encode(currentJob, forKey: .currentJob)
        try values.encode(queued, forKey: .queued)
        try values.encode(lastSeen, forKey: .lastSeen)
        try values.encode(lastFault, forKey: .lastFault)
    }
}

/// The way to an encoder, as far as it is known.
public struct PortStatus: Sendable, Codable, Hashable {
    /// What the configuration says: `serial A50285BI`, `device /dev/ttyS0`, `tcp 10.0.0.5:8090`.
    public var match: String
    /// The device node or address in use; `nil` while the encoder is absent.
    public var address: String?
    /// How surely this port is this encoder: `strong` (serial number), `port` (the USB socket it is in), `fixed` (named by hand).
    public var strength: IdentityStrength?

    public init(match: String, address: String? = nil, strength: IdentityStrength? = nil) {
        self.match = match
        self.address = address
        self.strength = strength
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(match, forKey: .match)
        try values.encode(address, forKey: .address)
        try values.encode(strength, forKey: .strength)
    }
}

/// How surely a port that is found again is the same device.
public enum IdentityStrength: String, Sendable, Codable, CaseIterable {
    /// A real serial number, unique on this machine.
    case strong
    /// No usable serial number: bound to the USB socket. Do not move the plug.
    case port
    /// A path or address that a person wrote down.
    case fixed
}
