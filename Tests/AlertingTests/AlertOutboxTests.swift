// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@testable import Alerting

/// What waits for a channel that does not answer.
struct AlertOutboxTests {
    private static let start = Date(timeIntervalSince1970: 1_796_000_000)

    private static func alert(_ id: Int, at: Date = start) -> Alert {
        Alert(.stands, HealthProblem(.disk, "full"), since: at, at: at, id: "\(id)")
    }

    @Test func failures_areTriedAgain_everLater_upToHalfAnHour() {
        var outbox = AlertOutbox()
        outbox.add([Self.alert(1)])
        var (now, pauses) = (Self.start, [Double]())
        for _ in 0..<9 {
            #expect(outbox.due(at: now)?.id == "1")
            outbox.failed(at: now)
            #expect(outbox.due(at: now) == nil)
            let next = outbox.wakes ?? .distantPast
            pauses.append(next.timeIntervalSince(now))
            now = next
        }
        #expect(pauses == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800])
        outbox.sent(Self.alert(1))
        #expect(outbox.wakes == nil && !outbox.isFailing)
    }

    @Test func oldest_goFirst_whenTooManyWait_andTheOrderStays() {
        var outbox = AlertOutbox()
        outbox.add((0..<150).map { Self.alert($0) })
        #expect(outbox.count == AlertOutbox.most && outbox.due(at: Self.start)?.id == "50")
    }

    @Test func threeDaysOldNews_isDropped() {
        var outbox = AlertOutbox()
        outbox.add([Self.alert(1), Self.alert(2, at: Self.start + 86_400)])
        #expect(outbox.due(at: Self.start + AlertOutbox.life + 1)?.id == "2")
    }

    @Test func clockThatIsPutBack_doesNotStopTries() {
        var outbox = AlertOutbox()
        outbox.add([Self.alert(1)])
        outbox.failed(at: Self.start)
        #expect(outbox.due(at: Self.start - 86_400)?.id == "1")
    }
}
