// SPDX-License-Identifier: Apache-2.0
import EncoderModel

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
