// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// A door that others dial in by. One task at a time waits at it.
public protocol PortListener: Sendable {
    /// The next connection from an address that may come in; the others were closed without a byte. Throws `offline` once it is closed.
    func next() async throws(Fault) -> any Port
    /// Lets nobody in any more. Connections that came in stay. Harmless when called again.
    func close()
}

/// Who can open such doors; the machine's ports do.
public protocol PortListening: Sendable {
    /// - Parameter from: addresses that may come in; empty: whoever reaches `host`.
    /// Throws `notPermitted`, or `offline` where the address cannot be listened on.
    func listen(host: String, port: Int, from: [String], on executor: any SerialExecutor) throws(Fault) -> any PortListener
}
