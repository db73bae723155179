// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What survives a restart: what was told, and what could not be sent yet.
public struct AlertState: Sendable, Hashable, Codable {
    public var policy: AlertPolicy
    /// By the name of the channel.
    public var outboxes: [String: AlertOutbox]

    public init(policy: AlertPolicy, outboxes: [String: AlertOutbox] = [:]) {
        self.policy = policy
        self.outboxes = outboxes
    }
}

/// Where ``AlertState`` is kept. A memory that fails costs a second telling after a restart and nothing else.
public struct AlertMemory: Sendable {
    var load: @Sendable () async -> AlertState?
    var save: @Sendable (AlertState) async -> Void

    public init(load: @escaping @Sendable () async -> AlertState?, save: @escaping @Sendable (AlertState) async -> Void) {
        self.load = load
        self.save = save
    }
}
