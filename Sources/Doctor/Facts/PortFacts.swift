// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

/// What `probe` knows of one port.
public struct PortFacts: Sendable, Hashable {
    public var port: DetectedPort
    /// Owner and mode; `nil` where there is no node (TCP, PC/SC).
    public var node: NodeFacts?
    public var record = UdevRecord()
    /// The kernel's name of the USB socket: `1-1.4`.
    public var socket: String?
    /// Milliseconds that an FTDI chip waits for more bytes before it hands on a few.
    public var latencyTimer: Int?
    public var holder: HolderFacts?
    /// A person named it.
    public var isNamed = false

    public init(_ port: DetectedPort) { self.port = port }

    /// Our own rule gave it its mark.
    public var isMarkedByRule: Bool {
        record.properties[UdevRules.driverProperty].map { !$0.isEmpty } ?? false || port.assignedDriver != nil
    }
    public var chip: AdapterChip? { port.usb.flatMap { AdapterChip.known[$0] } }
}

/// Who has a port open.
public struct HolderFacts: Sendable, Hashable {
    public var process: HoldingProcess
    /// The service it belongs to, if systemd started it: `gpsd.service`.
    public var unit: String?

    /// The bridge's own daemon is no stranger.
    public var isBridge: Bool
    /// Another program that has the port open too, without a lock.
    public var intruder: HoldingProcess?

    /// - Parameter isBridge: `nil`: told from the name, for facts that nobody could look up.
    public init(process: HoldingProcess, unit: String? = nil, isBridge: Bool? = nil, intruder: HoldingProcess? = nil) {
        self.process = process
        self.unit = unit
        self.isBridge = isBridge ?? process.name.hasPrefix("encoder-bridge")
        self.intruder = intruder
    }
}
