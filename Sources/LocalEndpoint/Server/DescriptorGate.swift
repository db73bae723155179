// SPDX-License-Identifier: Apache-2.0
import HummingbirdCore

/// Takes connections only while descriptors are left for them, by the limit that the process has now: it can be lowered while the
/// program runs (prlimit(1)). The clients behind it wait in the backlog. An accept without a descriptor would be tried again at once and for
/// ever, because swift-nio stays registered for it.
struct DescriptorGate: AvailableConnectionsDelegate {
    /// Reads the limit; cheap beside an accept.
    private let capacity: @Sendable () -> Capacity
    private var open = 0

    init(capacity: @escaping @Sendable () -> Capacity = { Capacity.now }) { self.capacity = capacity }

    mutating func connectionOpened() { open += 1 }
    mutating func connectionClosed() { open -= 1 }
    func isAcceptingNewConnections() -> Bool { open < capacity().connections }
}
