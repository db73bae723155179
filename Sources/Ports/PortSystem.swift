// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// How a site says which port an encoder hangs on: exactly one of these (`match:` in the configuration).
public enum PortMatch: Sendable, Hashable, CustomStringConvertible {
    /// The USB serial number.
    case serial(String)
    /// ID_PATH of udev, with `:PORT` for an adapter that has several.
    case path(String)
    /// A device node or a link to one: an RS-232 port, a pseudo-terminal.
    case device(String)
    /// Name of a PC/SC reader.
    case reader(String)
    case tcp(host: String, port: Int)
    /// The other side dials in here, from one of these addresses; none named: from this machine.
    case tcpListen(host: String, port: Int, from: [String])

    public var description: String {
        switch self {
        case .serial(let text): "serial \(text)"
        case .path(let text): "path \(text)"
        case .device(let text): "device \(text)"
        case .reader(let text): "reader \(text)"
        case .tcp(let host, let port): "tcp \(HostAndPort(host: host, port: port))"
        case .tcpListen(let host, let port, _): "tcpListen \(HostAndPort(host: host, port: port))"
        }
    }
}

/// A port that is there now.
public struct DetectedPort: Sendable, Hashable {
    /// Differs between two plugs of the same device: syspath, device number and time of initialisation for udev devices.
    public struct Incarnation: Sendable, Hashable {
        public var text: String
        public init(_ text: String) { self.text = text }
    }
    public var incarnation: Incarnation
    public var kind: PortKind
    /// What to open: a device node, or `host:port`.
    public var address: String
    /// ID_SERIAL_SHORT of udev, as it is; see ``hasUsableSerial``.
    public var serial: String?
    /// ID_PATH, with `:N` behind it for the Nth port of a multi-port adapter.
    public var idPath: String?
    public var portNumber: Int?
    public var usb: USBID?
    public var vendorName: String?
    public var productName: String?
    public var kernelDriver: String?
    /// Driver and name that a udev rule of the site assigned (ENCODER_BRIDGE_DRIVER, ENCODER_BRIDGE_NAME).
    public var assignedDriver: String?
    public var assignedName: String?
    /// Other names of the node: /dev/serial/by-id/..., by-path/...
    public var links: [String]
    /// Not `nil`: `address` is listened on, and these addresses may dial in.
    public var admits: [String]?

    public init(
        incarnation: Incarnation, kind: PortKind, address: String, serial: String? = nil, idPath: String? = nil, portNumber: Int? = nil,
        usb: USBID? = nil, vendorName: String? = nil, productName: String? = nil, kernelDriver: String? = nil,
        assignedDriver: String? = nil, assignedName: String? = nil, links: [String] = [], admits: [String]? = nil
    ) {
        self.incarnation = incarnation
        self.kind = kind
        self.address = address
        self.serial = serial
        self.idPath = idPath
        self.portNumber = portNumber
        self.usb = usb
        self.vendorName = vendorName
        self.productName = productName
        self.kernelDriver = kernelDriver
        self.assignedDriver = assignedDriver
        self.assignedName = assignedName
        self.links = links
        self.admits = admits
    }

    /// Serial numbers that makers put into every unit (CP210x: 0001) say nothing.
    public var hasUsableSerial: Bool {
        guard let serial, !serial.isEmpty else { return false }
        return !["0001", "0000", "0", "1", "00000000", "12345678", "0123456789"].contains(serial)
    }
}

/// A port came or went. An event is a hint that was already checked against a fresh list.
public enum BusEvent: Sendable, Hashable {
    case arrived(DetectedPort)
    case left(DetectedPort)
    /// The first list is complete: what was there at start has been reported.
    case listed
}

/// Everything the core asks of the operating system: which ports are there, open one, and a thread to run on.
public protocol PortSystem: Sendable {
    /// An executor with a thread of its own: the session of one encoder runs on it, beside its port.
    func makeExecutor(name: String) -> any SerialExecutor
    /// Opens a port for sole use. Throws `notPermitted`, `heldBy`, `offline` (not there) or `timeout` (TCP connect).
    func open(_ port: DetectedPort, line: LineSettings, on executor: any SerialExecutor) async throws(Fault) -> any Port
    /// Ports that come and go, from the first list on, until the task that reads it is cancelled. `fixed` names paths and
    /// addresses that udev does not know: they arrive when they appear (`tcp` at once).
    func events(fixed: [PortMatch]) -> AsyncStream<BusEvent>
}
