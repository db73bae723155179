// SPDX-License-Identifier: Apache-2.0
import EncoderModel

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

/// What came of waiting for bytes.
public enum PortEvent: Sendable, Hashable {
    /// At least one byte.
    case bytes([UInt8])
    /// The deadline passed.
    case deadline
    /// Someone called ``Port/wake()``.
    case woken
}

/// An open way to an encoder: bytes, deadlines, nothing else. One reader and one writer, on the executor it was opened with.
///
/// End of file, EIO and hang-up close it at once; the call in hand and every later one throw `offline`. It never spins.
public protocol Port: Sendable {
    /// Sends all bytes. Throws `timeout` if the line does not take them by then, `offline` if it is gone.
    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault)
    /// Waits for bytes; without a deadline for ever, at no cost.
    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent
    /// Makes the pending ``read(by:)``, or else the next one, return `.woken`. From any thread.
    func wake()
    /// Sets the line anew while it is open (another speed), after what was written has gone out. Without effect where there is no line.
    func change(_ line: LineSettings) async throws(Fault)
    /// Gives the line back. Never blocks for unsent bytes. Harmless when called again.
    func close()
}

extension Port {
    public func change(_ line: LineSettings) async throws(Fault) {}
}
