// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Foundation
import Journal
import LocalEndpoint
import SiteConfiguration
import Synchronization

extension BridgeHealth {
    /// How long keys that were cut by hand stay on the list for the hand-over.
    private static let handOver: TimeInterval = 3 * 86_400

    /// What the desk page asks of queue and journal.
    func deskBook(_ words: Words) throws -> DeskBook {
        let (queue, journal) = (queue, journal)
        return try DeskBook(
            words: words, zone: { await queue.clock().timeZone },
            byHand: { () async throws(JournalFault) in
                try await journal.ended(of: .desk, since: Date() - Self.handOver, limit: 50)
            },
            history: { (serial: String) async throws(JournalFault) in
                guard let mark = await queue.mark(of: serial) else { return nil }
                return try await journal.history(ofMark: mark)
            },
            keys: { (room: String) async throws(JournalFault) in try await journal.keys(ofRoom: room, limit: 50) },
            layouts: { encoder in self.layouts.withLock { $0.of(encoder) } })
    }
}
