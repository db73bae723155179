// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import TestKit
import Testing

@testable import BridgeCore

/// What an order that ended in doubt does to the orders behind it, where the encoder cannot be asked whether it is at rest.
@Suite(.timeLimit(.minutes(6))) struct HandedOnDoubtTests {
    /// Its answer may still come too, and must not be taken for that of the order behind it.
    @Test func orderThatWasRefusedInDoubt_leavesAQuestionOfItsOwn() async throws {
        let log = Log()
        let journal = MemoryJournal()
        let driver = ToyDriver(answerTimeout: .milliseconds(80), lateAnswerWindow: .seconds(40))
        let patience = Patience(busyPause: .milliseconds(20), rest: .milliseconds(200), afterDamage: .milliseconds(60))
        let site = await Bench(driver: driver, journal: journal, patience: patience) { written, port in
            log.add(written)
            switch written {
            case ascii("I"): port.says(ascii("Y"))
            case ascii("O"): port.says(ascii(log.count("O") == 1 ? "A" : "N"))
            default: break
            }
        }
        let first = try await site.cut()
        let second = try await site.cut()
        #expect(first.fault?.card == .unknown && second.fault?.card == .unknown)
        site.ports.last?.says(ascii("DD"))
        for job in [first, second] {
            try await eventually {
                try await journal.trail(of: job.id).contains { $0.note.contains("after the bridge had given up") }
            }
        }
    }

    /// Every order would hear the answer of the one before it, and be unknown, for as long as orders come.
    @Test(arguments: [(window: Duration.seconds(40), third: "busy untouched", orders: 2), (.seconds(12), "done", 3)])
    func doubt_isHandedOnOnce_andNotFurther(row: (window: Duration, third: String, orders: Int)) async throws {
        let log = Log()
        let driver = ToyDriver(answerTimeout: .milliseconds(80), lateAnswerWindow: row.window)
        let patience = Patience(
            busy: row.window < .seconds(40) ? .seconds(60) : .milliseconds(200), busyPause: .milliseconds(20), rest: .milliseconds(200),
            afterDamage: .milliseconds(60))
        let site = await Bench(driver: driver, patience: patience) { written, port in
            log.add(written)
            switch written {
            case ascii("I"): port.says(ascii("Y"))
            case ascii("O"): port.says(ascii(log.count("O") == 1 ? "A" : "AD"))
            default: break
            }
        }
        var words: [String] = []
        for _ in 1...3 {
            let job = try await site.cut()
            words.append(job.fault.map { "\($0.kind.code) \($0.card.rawValue)" } ?? job.state.rawValue)
        }
        #expect(words == ["timeout unknown", "timeout unknown", row.third])
        #expect(log.count("O") == row.orders)
    }
}
