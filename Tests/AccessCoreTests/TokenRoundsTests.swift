// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import Synchronization
import Testing

@testable import AccessCore

/// One reservation that the PMS refuses, among others.
@Suite struct TokenRoundsTests {
    private let refusal = AccessSourceFault("no", mayBeOfOneRequest: true)
    private let away = AccessSourceFault("away")
    private let date = SmallSite.start

    private func stays(_ range: Range<Int>) -> Set<StayID> { Set(range.map { StayID("s\($0 + 1000)") }) }

    /// Works as the service does until only refused ones are left, or for so many steps.
    /// - Returns: what was settled, and when it was over.
    @discardableResult
    private func work(
        _ rounds: inout TokenRounds, _ stays: Set<StayID>, from begin: Duration = .zero, steps: Int = 400, refusing bad: Set<StayID>
    ) -> (settled: Set<StayID>, at: Duration) {
        var (left, now, settled) = (stays, begin, Set<StayID>())
        for _ in 0..<steps where !left.subtracting(bad).isEmpty {
            switch rounds.next(of: left, at: now) {
            case .nothing: return (settled, now)
            case .wait(let until): now = until
            case .settle(let some):
                if bad.isDisjoint(with: some) {
                    left.subtract(some)
                    settled.formUnion(some)
                    rounds.settled(some, wasAsked: true)
                } else {
                    _ = rounds.failed(some, refusal, at: now, date: date)
                }
            }
        }
        return (settled, now)
    }

    @Test(arguments: [[1000], [1249], [1000, 1001, 1002], [1007, 1099, 1100, 1200], Array(1000..<1120)])
    func refusedReservations_holdNoOther_alsoBeyondAHandful(bad: [Int]) {
        let all = stays(0..<250)
        let refused = Set(bad.map { StayID("s\($0)") })
        var rounds = TokenRounds()
        let (settled, at) = work(&rounds, all, refusing: refused)
        #expect(settled == all.subtracting(refused))
        #expect(rounds.refusals.keys.allSatisfy { refused.contains($0) })
        if refused.count < 5 { #expect(at < .seconds(60), "\(at)") }
    }

    @Test func refusedReservation_isTriedAlone_lessAndLessOften_andThenIsOneLikeOthers() {
        var rounds = TokenRounds()
        var now = Duration.zero
        var waits: [Duration] = []
        for _ in 0..<12 {
            #expect(rounds.next(of: ["a"], at: now) == .settle(["a"]))
            let isOfAll = rounds.failed(["a"], refusal, at: now, date: date)
            #expect(!isOfAll)
            #expect(rounds.next(of: ["a", "b"], at: now) == .settle(["b"]), "no other waits with it")
            guard case .wait(let until) = rounds.next(of: ["a"], at: now) else { break }
            waits.append(until - now)
            now = until
        }
        #expect(waits.prefix(4) == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)] && waits.last == .seconds(300))
        #expect(rounds.next(of: ["a", "b"], at: now) == .settle(["b"]), "others first, and without it")
        rounds.settled(["a"], wasAsked: true)
        #expect(rounds.refusals.isEmpty && rounds.next(of: ["a", "b"], at: now) == .settle(["a", "b"]))
    }

    @Test func everythingWaits_whenThePMSCannotBeReached_orSeveralAreRefusedInARow() {
        var rounds = TokenRounds()
        for pause in [1, 2, 4] {
            var now = Duration.zero
            if case .wait(let until) = rounds.next(of: ["a", "b"], at: now) { now = until }
            #expect(rounds.next(of: ["a", "b"], at: now) == .settle(["a", "b"]), "no handful is halved for it")
            let isOfAll = rounds.failed(["a", "b"], away, at: now, date: date)
            #expect(isOfAll && rounds.next(of: ["a", "b"], at: now) == .wait(until: now + .seconds(pause)))
        }
        var demanded = TokenRounds()
        _ = demanded.failed(["a"], AccessSourceFault("later", retryAfter: .seconds(60)), at: .zero, date: date)
        #expect(demanded.next(of: ["a"], at: .zero) == .wait(until: .seconds(60)))

        var refused = TokenRounds()
        let isOfAll = ["a", "b"].map { refused.failed([$0], refusal, at: .zero, date: date) }
        #expect(isOfAll == [false, true], "two in a row: it is not theirs")
        #expect(refused.next(of: ["c"], at: .zero) == .wait(until: .seconds(1)))
        refused.settled(["c"], wasAsked: true)
        #expect(refused.next(of: ["a", "b"], at: .seconds(1)) == .settle(["a"]), "they need not wait longer")
    }
}

/// The same, in the service.
@Suite(.timeLimit(.minutes(6))) struct ServiceTokenTests {
    private func stay(_ id: StayID, _ number: String) -> Stay {
        var stay = SmallSite.stay()
        (stay.id, stay.number) = (id, number)
        return stay
    }

    @Test func codeThatThePMSRefuses_isNamed_andNoOtherWaitsWithIt() async throws {
        let clocks = TwoClocks(SmallSite.start)
        try await SmallSite(clocks).running { site in
            site.pms.refuses.withLock { $0 = ["s1"] }
            site.pms.tell.yield(
                StayNews(
                    stays: [stay("s1", "1001"), stay("s2", "1002"), stay("s3", "1003")], resources: [SmallSite.room], isAll: true,
                    time: SmallSite.start))
            await eventually("the tokens of the others") { site.pms.tokens.withLock { Set($0.map(\.token.stay)) } == ["s2", "s3"] }
            await eventually("the row, and none of everybody's trouble") {
                let rows = await site.service.healthProblems().filter { $0.area == .access }
                return rows.map(\.subject) == ["pms codes"]
                    && rows.allSatisfy { $0.sentence.contains("1001") && $0.sentence.hasSuffix("no") }
            }
            site.pms.tell.yield(StayNews(stays: [stay("s4", "1004")]))
            await eventually("a check-in later") { site.pms.tokens.withLock { $0.contains { $0.token.stay == "s4" } } }
            site.pms.refuses.withLock { $0 = [] }
            clocks.pass(300)
            await site.service.cardsChanged(of: "s1")
            await eventually("the token of the first") { site.pms.tokens.withLock { $0.count } == 4 }
            await eventually("no row") { await site.service.healthProblems().allSatisfy { $0.area != .access } }
        }
    }
}
