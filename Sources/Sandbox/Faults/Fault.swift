// SPDX-License-Identifier: Apache-2.0

/// Something that goes wrong with the next requests, on order.
public struct RequestFault: Sendable, Equatable {
    public enum Effect: Sendable, Equatable {
        /// Refused with this status; 429 and 503 with `Retry-After` if it is given.
        case status(Int, retryAfter: Int?)
        /// The work is done, but the connection is closed without an answer.
        case swallow
        /// The connection is closed and nothing is done.
        case hangUp
        /// Answered, but only after that long.
        case delay(Duration)
    }

    /// Which operation; nil is any.
    public var operation: ConnectorOperation?
    /// For how many requests.
    public var count: Int
    public var effect: Effect

    public init(_ effect: Effect, on operation: ConnectorOperation? = nil, count: Int = 1) {
        self.operation = operation
        self.count = count
        self.effect = effect
    }
}

/// What is wrong with the sandbox right now. The default is: nothing.
public struct Faults: Sendable, Equatable {
    /// Nothing answers: API connections are closed without a word, sockets are gone. The control API stays.
    public var away = false
    /// A WebSocket upgrade is answered with 503.
    public var refuseSockets = false
    /// Sockets stay open but nothing comes out of them any more: no events, no pongs.
    public var silentSockets = false
    /// Events about other things (a reservation, a room, a price, a kind not known yet) go along with those about commands.
    public var chatter = false
    /// For the next requests, in this order.
    public var requests: [RequestFault] = []

    public init() {}

    /// What the next request to the operation suffers; counts it off.
    mutating func take(for operation: ConnectorOperation) -> RequestFault.Effect? {
        guard let index = requests.firstIndex(where: { $0.operation == nil || $0.operation == operation }) else { return nil }
        let effect = requests[index].effect
        requests[index].count -= 1
        if requests[index].count <= 0 { requests.remove(at: index) }
        return effect
    }
}
