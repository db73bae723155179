// SPDX-License-Identifier: Apache-2.0

/// Why the endpoint cannot serve, as one sentence that says what to do.
public struct EndpointFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
