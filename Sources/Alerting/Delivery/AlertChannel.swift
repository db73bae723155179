// SPDX-License-Identifier: Apache-2.0

/// A way by which alerts leave.
public protocol AlertChannel: Sendable {
    /// `webhook`, `mail`: how the log and `status` call it, and its name in the bridge's memory.
    var name: String { get }
    /// Whether it works is known within a minute.
    func send(_ alert: Alert) async throws(AlertFault)
}

/// Why an alert did not leave, as one sentence that says what to do. Never a secret.
public struct AlertFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
