// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import LockServerLink
import Ports
import Synchronization

/// The links of this process that several encoders share, each opened by the first of them.
final class SharedLinks: Sendable {
    /// How long an encoder waits for the link to live before it is told why not; it asks again.
    static let patience = Duration.seconds(8)

    private struct Key: Hashable {
        var address: String
        var admits: [String]?
        var line: LineSettings
    }

    private let links = Mutex<[Key: SharedLink]>([:])

    func open(_ port: DetectedPort, line: LineSettings, options: FiasLineOptions, way: FiasWire.Way, on loop: PortLoop)
        async throws(Fault) -> SharedPort
    {
        let key = Key(address: port.address, admits: port.admits, line: line)
        let link = links.withLock { links in
            if let link = links[key] { return link }
            let link = SharedLink(
                security: options.security(on: port.kind), way: way, on: PortLoop(name: "fias"))
            links[key] = link
            return link
        }
        let shared = SharedPort(on: loop, link: link)
        link.join(shared)
        try await shared.untilOpen(by: .now + Self.patience)
        return shared
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
