// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A coach party: a hundred keys ordered while the bridge is down.
@Suite(.timeLimit(.minutes(6))) struct HundredKeysTests {
    private static let stays = ["1001", "1002", "1003", "1004", "1005"]

    @Test func hundredOrders_areCutOnceEach_inOrder() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder()
            try site.configure(encoder, sandbox: sandbox)
            for number in 0..<100 { try await sandbox.cut(Self.stays[number % 5]) }
            _ = try site.bridge()
            // Three reports for each, and Mews takes 200 requests in 30 s: that is what takes its time.
            let commands = try await sandbox.outcomes(within: .seconds(120))
            #expect(commands.count == 100)
            #expect(commands.allSatisfy { $0.state == "Processed" && $0.endings == 1 })
            #expect(try encoder.cards().count == 100)
            #expect(try OrderOfCards.fault(commands, try encoder.cards()) == nil)
        }
    }

    @Test func hundredOrders_withThreeKills_areCutAtMostOnce_andNoneIsLost() async throws {
        try await Site.open { site in
            let sandbox = try await site.sandbox()
            let encoder = try await site.encoder()
            // An interrupted order leaves a question open; the simulated encoder answers within a second, on a busy machine later.
            try site.configure(encoder, sandbox: sandbox, settings: "answerTimeout: 15s, lateAnswerWindow: 1s")
            for number in 0..<100 { try await sandbox.cut(Self.stays[number % 5]) }
            let moments = [Int.random(in: 1...25), Int.random(in: 26...60), Int.random(in: 61...95)]
            for moment in moments {
                let bridge = try site.bridge()
                try await encoder.cut(moment, within: .seconds(60))
                // Anywhere within a job, which takes about 25 ms.
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...40)))
                try await bridge.killNine()
            }
            _ = try site.bridge()
            let commands = try await sandbox.outcomes(within: .seconds(150))
            #expect(commands.count == 100)
            #expect(commands.allSatisfy { $0.endings == 1 }, "killed after \(moments) cards")
            let failed = commands.filter { $0.state == "Error" }
            #expect(failed.count <= 3, "killed after \(moments) cards: \(failed.map { $0.notes ?? "" })")
            #expect(try OrderOfCards.fault(commands, try encoder.cards()) == nil, "killed after \(moments) cards")
        }
    }
}
