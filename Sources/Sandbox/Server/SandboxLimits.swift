// SPDX-License-Identifier: Apache-2.0

/// Where the sandbox draws the line.
public struct SandboxLimits: Sendable, Equatable {
    /// Requests per AccessToken within `window`; 200 in 30 s is the published limit since November 2025.
    public var requests = 200
    public var window: Duration = .seconds(30)
    /// Whether 429 carries `Retry-After`.
    public var saysWhen = true
    /// A larger request body is refused with 413.
    public var bodyBytes = 1 << 20
    /// All headers of a request together, in bytes.
    public var headerBytes = 16 * 1024
    /// Connections at a time, sockets included; a further one is closed at once.
    public var connections = 256
    /// How long a connection may take to send a whole request, waiting included.
    public var patience: Duration = .seconds(60)

    public init() {}
}
