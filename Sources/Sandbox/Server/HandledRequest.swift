// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What the sandbox remembers of a request, for tests and trainers: never its tokens.
public struct HandledRequest: Sendable, Equatable {
    public var at: Date
    public var operation: ConnectorOperation
    /// What the client calls itself; nil if it was not let in.
    public var client: String?
    /// The status that was sent; nil if the connection was closed without one.
    public var status: Int?
    /// Whether the operation was carried out.
    public var done: Bool
}
