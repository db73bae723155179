// SPDX-License-Identifier: Apache-2.0
import Glibc

/// How many connections are taken: never so many that the process runs out of descriptors, because a server that cannot accept is woken
/// up for the waiting client again and again, and the journal needs its files.
struct Capacity: Hashable {
    /// What the bridge needs besides clients: journal, ports, udev, the connector's sockets, event loops.
    private static let others = 48

    var connections: Int
    var eventStreams: Int

    /// As it was at the start.
    static let ofThisProcess = now

    static var now: Capacity {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return Capacity(descriptors: 1024) }
        return Capacity(descriptors: Int(clamping: limit.rlim_cur))
    }

    init(descriptors: Int) {
        connections = min(RequestLimits.connections, max(4, descriptors - Self.others))
        // A stream is a connection too: half of them stay for questions.
        eventStreams = min(RequestLimits.eventStreams, max(2, connections / 2))
    }
}
