// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import TestKit
import Testing

/// A key that is cancelled when the encoder has its order already.
@Suite(.timeLimit(.minutes(1))) struct LateCancelTests {
    @Test func cardThatIsCutAfterTheCancel_isSaidEverywhere() async throws {
        let (orders, taken) = AsyncStream.makeStream(of: Void.self)
        let bench = await Bench { written, port in
            port.says(written == Array("I".utf8) ? Array("Y".utf8) : Array("A".utf8))
            if written == Array("O".utf8) { taken.yield() }
        }
        let id = try await bench.submit()
        #expect(await bench.job(id, reaches: .writing))
        guard case .tooLate = try await bench.queue.cancel(id, by: "mews") else { throw JournalFault("not too late") }
        let subscription = await bench.queue.events.subscribe()
        for await _ in orders { break }  // what comes before the order is nobody's answer
        bench.ports.last?.says(Array("D".utf8))
        let job = try await bench.outcome(of: id)
        #expect(job.state == .done)
        #expect(job.remarks.contains { $0.contains("cancelled (by mews)") && $0.contains("take it back") })
        let report = try await bench.journal.pendingReports(of: .mews, limit: 10).last
        #expect(report?.kind == .processed && report?.text?.contains("take it back") == true)
        #expect(await bench.queue.healthProblems().contains { $0.area == .queue && $0.sentence.contains("take it back") })
        #expect(try await bench.journal.trail(of: id).contains { $0.note.hasPrefix("cancelled by mews, too late") })
        for await numbered in subscription.events {
            if case .notice(let notice) = numbered.event {
                #expect(notice.job == id)
                break
            }
        }
    }
}
