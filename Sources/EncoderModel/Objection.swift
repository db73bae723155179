// SPDX-License-Identifier: Apache-2.0

/// Why an order cannot be carried out as it is: in words for whoever wrote it, and, where a clerk can put it right, what that is.
public struct Objection: Sendable, Hashable {
    public var reason: String
    public var cause: RefusalCause?

    public init(_ reason: String, _ cause: RefusalCause? = nil) {
        self.reason = reason
        self.cause = cause
    }

    /// The same as the end of a job.
    public var fault: Fault { Fault(.rejected(reason: reason), cause: cause) }
}
