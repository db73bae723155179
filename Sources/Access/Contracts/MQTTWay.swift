// SPDX-License-Identifier: Apache-2.0

/// A message of MQTT.
public struct MQTTMessage: Sendable, Hashable {
    public var topic: String
    public var payload: String
    public var isRetained: Bool

    public init(_ topic: String, _ payload: String, isRetained: Bool = false) {
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
    }
}

/// What the way to the locks tells.
public enum MQTTNews: Sendable, Hashable {
    /// Up, and subscribed to everything that was asked for.
    case connected
    /// Down, with the reason as one sentence. It is tried again without being asked.
    case disconnected(String)
    case message(MQTTMessage)
}

/// The way to the locks: a broker, or what stands in for one.
public protocol MQTTWay: Sendable {
    /// Read by one reader.
    var news: AsyncStream<MQTTNews> { get }
    /// Now and after each reconnect.
    func subscribe(_ topics: [String])
    /// Whether it left; `false` while the way is down: nothing is queued, because what waits too long may be wrong by then.
    func publish(_ message: MQTTMessage) -> Bool
}
