// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import LockServerLink
import Ports
import Synchronization

import struct Foundation.TimeZone

/// The links of this process that several encoders share, each opened by the first of them. A link that its last encoder has left is
/// kept for a while, because encoders ask again; then it ends, or at once when somebody else wants its port.
final class SharedLinks: Sendable {
    /// How long an encoder waits for the link to live before it is told why not; it asks again.
    private let patience: Duration
    /// Longer than the longest pause between two tries of an encoder (30 s): a lock server that dials in finds the door open meanwhile.
    private let linger: Duration
    private let zone: @Sendable () async -> TimeZone

    private struct Key: Hashable {
        var address: String
        var admits: [String]?
        var line: LineSettings
    }

    private let links = Mutex<[Key: SharedLink]>([:])

    init(
        patience: Duration = .seconds(8), linger: Duration = .seconds(40), zone: @escaping @Sendable () async -> TimeZone = { .current }
    ) {
        self.patience = patience
        self.linger = linger
        self.zone = zone
    }

    func open(_ port: DetectedPort, line: LineSettings, options: FiasLineOptions, way: FiasWire.Way, on loop: PortLoop)
        async throws(Fault) -> SharedPort
    {
        let key = Key(address: port.address, admits: port.admits, line: line)
        let shared = links.withLock { links in
            let link =
                links[key]
                ?? SharedLink(security: options.security(on: port.kind), way: way, zone: zone, on: PortLoop(name: "fias")) { [weak self] in
                    self?.endLater(key)
                }
            links[key] = link
            // Joined in here: a link is never taken for deserted between the look for it and this.
            let shared = SharedPort(on: loop, link: link)
            link.join(shared)
            return shared
        }
        try await shared.untilOpen(by: .now + patience)
        return shared
    }

    /// Frees a port for another use than a link; links that an encoder is on stay.
    func release(_ address: String) async { await end { $0.address == address } }

    private func endLater(_ key: Key) {
        Task { [weak self, linger] in
            try? await Task.sleep(for: linger)
            await self?.end { $0 == key }
        }
    }

    /// Ends those of these links that no encoder is on.
    private func end(_ isMeant: @Sendable (Key) -> Bool) async {
        let deserted = links.withLock { links in
            links.filter { isMeant($0.key) && $0.value.isDeserted }.keys.compactMap { links.removeValue(forKey: $0) }
        }
        for link in deserted { await link.stop() }
    }

    /// Ends every link with LE; for the end of the program.
    func stop() async {
        let all = links.withLock { links in
            defer { links = [:] }
            return Array(links.values)
        }
        await withTaskGroup(of: Void.self) { group in
            for link in all { group.addTask { await link.stop() } }
        }
    }
}
