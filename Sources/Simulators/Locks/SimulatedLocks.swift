// SPDX-License-Identifier: Apache-2.0
import Access

/// Locks behind an MQTT broker: a value, messages in, messages out.
protocol SimulatedLocks: Sendable {
    /// What it listens to.
    var topics: [String] { get }
    /// Where `{"state":"online"}` and the last will stand; `nil`: it says so in words of its own.
    var stateTopic: String? { get }
    /// What it says when it has come to the broker.
    func greeting() -> [MQTTMessage]
    mutating func receive(_ message: MQTTMessage) -> [Letter]
    /// The codes on each lock, by slot or name.
    var codes: [String: [String: String]] { get }
}

/// A message that goes out after a while.
struct Letter: Sendable, Hashable {
    var after: Duration
    var message: MQTTMessage
}
