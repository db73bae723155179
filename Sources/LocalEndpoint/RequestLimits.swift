// SPDX-License-Identifier: Apache-2.0

/// How much one client may ask for. A key order has some hundred bytes; a card image a few thousand.
enum RequestLimits {
    /// Bytes of a body.
    static let body = 64 * 1024
    /// Bytes of one header field, and of all of them together.
    static let headerField = 8 * 1024
    static let headerList = 16 * 1024
    static let headerCount = 64
    /// Time for a body to arrive, and for an event to be taken by its reader.
    static let bodyTime: Int64 = 10
    static let eventTime: Int64 = 30
    /// Seconds after which a connection without a request is closed.
    static let idleTime: Int64 = 60
    /// Connections at a time; more wait in the kernel's backlog.
    static let connections = 256
    static let eventStreams = 64
    /// Longest `Prefer: wait`, seconds: nine copies of 20 s and some.
    static let wait = 300
    /// Longest Idempotency-Key, bytes.
    static let idempotencyKey = 200
    /// Seconds for running answers when the endpoint stops.
    static let stopTime: Int64 = 2
}
