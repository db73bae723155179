// SPDX-License-Identifier: Apache-2.0

/// How a serial line is set. Ignored by ports that have no such line (TCP, hidraw).
public struct LineSettings: Sendable, Hashable {
    public enum Parity: String, Sendable, Hashable, CaseIterable { case none, even, odd }
    public enum FlowControl: String, Sendable, Hashable, CaseIterable { case none, hardware, software }
    public var baud: Int
    public var dataBits: Int
    public var parity: Parity
    public var stopBits: Int
    public var flow: FlowControl
    /// Levels of the modem lines after opening.
    public var dtr: Bool
    public var rts: Bool
    /// Rest after the lines were set, for boards that restart when DTR changes.
    public var settle: Duration
    /// For hidraw ports: how bytes become reports.
    public var reports = ReportSettings()
    /// Not `nil` for a port that several encoders share because it is the link to a lock server.
    public var fias: FiasLineOptions?

    public init(
        baud: Int, dataBits: Int = 8, parity: Parity = .none, stopBits: Int = 1, flow: FlowControl = .none, dtr: Bool = true,
        rts: Bool = true, settle: Duration = .zero
    ) {
        self.baud = baud
        self.dataBits = dataBits
        self.parity = parity
        self.stopBits = stopBits
        self.flow = flow
        self.dtr = dtr
        self.rts = rts
        self.settle = settle
    }
}

/// How a hidraw device takes and gives bytes. Reports are unnumbered; what is in them is the codec's affair.
public struct ReportSettings: Sendable, Hashable {
    public enum Way: String, Sendable, Hashable {
        /// SET_REPORT on the control pipe (HIDIOCSFEATURE).
        case feature
        /// The interrupt pipe, or SET_REPORT(output) where the device has none.
        case output
    }
    /// How the host's reports go out.
    public var way: Way
    /// Bytes of each report the host sends; what is written to the port is cut into pieces of this length.
    public var length: Int

    public init(way: Way = .feature, length: Int = 64) {
        self.way = way
        self.length = length
    }
}
