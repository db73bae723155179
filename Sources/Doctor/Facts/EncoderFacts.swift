// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

/// What `probe` knows of one encoder of the configuration, or of a port that a person named with a driver.
public struct EncoderFacts: Sendable, Hashable {
    /// `nil` for a port that only the command line names.
    public var name: EncoderName?
    public var driver: String
    public var match: PortMatch
    /// What the driver says of itself; `nil` for a driver that nobody has.
    public var manifest: ManifestFacts?
    public var baud: Int?
    public var dialogue = Dialogue.notAsked

    public init(name: EncoderName?, driver: String, match: PortMatch, manifest: ManifestFacts? = nil, baud: Int? = nil) {
        self.name = name
        self.driver = driver
        self.match = match
        self.manifest = manifest
        self.baud = baud
    }

    /// How it is called in sentences.
    var subject: String { name.map { "encoder \($0)" } ?? "the encoder" }
}

/// The parts of a driver's manifest that a diagnosis needs.
public struct ManifestFacts: Sendable, Hashable {
    public var name: String
    public var ports: Set<PortKind>
    /// USB ids that are this family's own.
    public var usb: Set<USBID>
    public var canReset: Bool

    public init(name: String, ports: Set<PortKind>, usb: Set<USBID> = [], canReset: Bool = false) {
        self.name = name
        self.ports = ports
        self.usb = usb
        self.canReset = canReset
    }

    public init(_ manifest: DriverManifest) {
        self.init(
            name: manifest.name, ports: manifest.ports, usb: Set(manifest.models.flatMap(\.usb)),
            canReset: manifest.capabilities.contains(.reset))
    }
}

/// What came of asking an encoder who it is.
public enum Dialogue: Sendable, Hashable {
    case notAsked
    /// In the encoder's own words.
    case answered(String)
    /// Not one byte came.
    case silent
    /// Bytes came and no frame was among them. `like`: drivers whose frames they are.
    case noise(bytes: Int, like: [String])
    /// It does not answer as it should, but at another speed of the line it does.
    case answersAt(baud: Int)
    /// It does not answer to its driver, but to another.
    case answersTo(driver: String)
    /// It was deaf and heard again after a reset.
    case woke
    /// Something else, with its own advice.
    case failed(Fault)
}
