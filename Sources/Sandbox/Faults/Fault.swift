// SPDX-License-Identifier: Apache-2.0

/// Something that goes wrong with the next requests, on order.
public struct RequestFault: Sendable, Equatable {
    public enum Effect: Sendable, Equatable {
        /// Refused in the API's own words with this status; `retryAfter` is the header's text.
        case status(Int, retryAfter: String?)
        /// Answered by something that stands between: a captive portal, a proxy.
        case page(Page)
        /// The work is done, and the answer is compressed although nobody asked for that.
        case gzip
        /// The work is done, but the connection is closed without an answer.
        case swallow
        /// The connection is closed and nothing is done.
        case hangUp
        /// Answered, but only after that long.
        case delay(Duration)
    }

    /// An answer that is not the API's.
    public struct Page: Sendable, Equatable {
        public var status: Int
        public var contentType: String?
        public var body: String
        public var retryAfter: String?
        /// The request reached the hotel and was carried out; only its answer was lost behind the page.
        public var isCarriedOut: Bool

        public init(
            status: Int = 200, contentType: String? = "text/html; charset=utf-8",
            body: String = "<!doctype html><title>Log in</title><p>Welcome to our network. Please log in.", retryAfter: String? = nil,
            isCarriedOut: Bool = false
        ) {
            self.status = status
            self.contentType = contentType
            self.body = body
            self.retryAfter = retryAfter
            self.isCarriedOut = isCarriedOut
        }
    }

    /// Which operation; nil is any.
    public var operation: ConnectorOperation?
    /// Only requests that name this command; nil is any.
    public var command: String?
    /// For how many requests.
    public var count: Int
    public var effect: Effect

    public init(_ effect: Effect, on operation: ConnectorOperation? = nil, command: String? = nil, count: Int = 1) {
        self.operation = operation
        self.command = command
        self.count = count
        self.effect = effect
    }
}

/// What is wrong with the sandbox right now. The default is: nothing.
public struct Faults: Sendable, Equatable {
    /// Nothing answers: API connections are closed without a word, sockets are gone. The control API stays.
    public var away = false
    /// A WebSocket upgrade is answered with ``socketStatus``.
    public var refuseSockets = false
    /// The status of a refused upgrade.
    public var socketStatus = 503
    /// Sockets stay open but nothing comes out of them any more: no events, no pongs.
    public var silentSockets = false
    /// Sockets answer pings, but events get lost.
    public var loseEvents = false
    /// Each event comes twice.
    public var doubleEvents = false
    /// Events about other things (a reservation, a room, a price, a kind not known yet) go along with those about commands.
    public var chatter = false
    /// A command can be read only so many seconds after it was made; its event comes at once.
    public var listingDelay: Double = 0
    /// How many seconds the hotel's clock is ahead.
    public var clockShift: Double = 0
    /// What the hotel calls its time zone, in place of the right name.
    public var timeZone: String?
    /// For the next requests, in this order.
    public var requests: [RequestFault] = []

    public init() {}

    /// What the next request to the operation suffers; counts it off.
    /// - Parameter commands: the ids that it names.
    mutating func take(for operation: ConnectorOperation, naming commands: Set<String> = []) -> RequestFault.Effect? {
        let index = requests.firstIndex { fault in
            (fault.operation ?? operation) == operation && (fault.command.map(commands.contains) ?? true)
        }
        guard let index else { return nil }
        let effect = requests[index].effect
        requests[index].count -= 1
        if requests[index].count <= 0 { requests.remove(at: index) }
        return effect
    }
}
