// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging
import Synchronization
import TestKit
import Testing

@testable import Alerting

/// From the problems to the channels, in virtual time.
@Suite(.timeLimit(.minutes(6))) struct AlerterTests {
    /// A channel that takes what comes, or not.
    private final class Post: AlertChannel {
        let name: String
        private let time: VirtualTime
        private let state = Mutex((taken: [Alert](), tries: 0, works: true))
        init(_ name: String, _ time: VirtualTime) {
            self.name = name
            self.time = time
        }
        var taken: [String] { state.withLock { $0.taken.map(\.event.rawValue) } }
        var tries: Int { state.withLock { $0.tries } }
        func works(_ works: Bool) { state.withLock { $0.works = works } }
        func send(_ alert: Alert) async throws(AlertFault) {
            time.touch()
            let works = state.withLock { state in
                state.tries += 1
                if state.works { state.taken.append(alert) }
                return state.works
            }
            guard works else { throw AlertFault("the post is closed: open it") }
        }
    }

    private final class Facts: Sendable {
        let problems = Mutex<[HealthProblem]>([])
        let memory = Mutex<Data?>(nil)
        let looks = Mutex(0)
        /// What a disk that does not answer keeps waiting; `nil`: it answers.
        let silence = Mutex<[CheckedContinuation<Void, Never>]?>(nil)
        func answer() {
            for waits in silence.withLock({ silence in
                defer { silence = nil }
                return silence ?? []
            }) { waits.resume() }
        }
        func set(_ new: [HealthProblem]) { problems.withLock { $0 = new } }
    }

    private static let encoder = HealthProblem(.encoder, subject: "front-desk", "not there")

    private func alerter(_ facts: Facts, _ channels: [Post], _ time: VirtualTime) -> Alerter {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let memory = AlertMemory {
            facts.memory.withLock { $0 }.flatMap { try? JSONDecoder().decode(AlertState.self, from: $0) }
        } save: { state in
            time.touch()
            await withCheckedContinuation { goesOn in
                let answers = facts.silence.withLock { silence in
                    silence?.append(goesOn)
                    return silence == nil
                }
                if answers { goesOn.resume() }
            }
            facts.memory.withLock { $0 = try? JSONEncoder().encode(state) }
        }
        return Alerter(patience: .seconds(300), channels: channels, memory: memory, time: time.keeper, logger: logger) {
            time.touch()
            facts.looks.withLock { $0 += 1 }
            return facts.problems.withLock { $0 }
        }
    }

    @Test func problem_leavesByAllChannels_andItsEndToo_withoutAnybodyLooking() async {
        let (facts, time) = (Facts(), VirtualTime())
        let (web, mail) = (Post("webhook", time), Post("mail", time))
        facts.set([Self.encoder])
        let alerter = alerter(facts, [web, mail], time)
        let running = Task { await alerter.run() }
        _ = await time.pass(.seconds(290))
        #expect(web.taken == [] && mail.taken == [])
        #expect(await time.pass(.seconds(20)) { web.taken == ["stands"] && mail.taken == ["stands"] })
        facts.set([])
        alerter.noticed([])
        _ = await time.pass(.seconds(280))
        #expect(web.taken == ["stands"])
        #expect(await time.pass(.seconds(40)) { web.taken == ["stands", "over"] && mail.taken == ["stands", "over"] })
        running.cancel()
        await running.value
    }

    @Test func channelThatIsDown_losesNothing_holdsUpNobody_andIsANote() async {
        let (facts, time) = (Facts(), VirtualTime())
        let (web, mail) = (Post("webhook", time), Post("mail", time))
        web.works(false)
        facts.set([Self.encoder])
        let alerter = alerter(facts, [web, mail], time)
        let running = Task { await alerter.run() }
        #expect(await time.pass(.seconds(310)) { mail.taken == ["stands"] })
        _ = await time.pass(.seconds(3600))
        #expect(web.taken == [] && (7...10).contains(web.tries), "\(web.tries)")
        let problem = await alerter.healthProblems()
        #expect(problem.map(\.area) == [.alerts] && problem.map(\.weight) == [.note])
        #expect(problem.first?.sentence == "the post is closed: open it; 1 alert waits and will be tried again")
        web.works(true)
        #expect(await time.pass(.seconds(1900)) { web.taken == ["stands"] })
        #expect(await alerter.healthProblems().isEmpty)
        running.cancel()
        await running.value
    }

    @Test func diskThatDoesNotAnswer_keepsNoAlertBack_andHasTheNewestInTheEnd() async throws {
        let (facts, time) = (Facts(), VirtualTime())
        let web = Post("webhook", time)
        facts.silence.withLock { $0 = [] }
        facts.set([Self.encoder])
        let alerter = alerter(facts, [web], time)
        let running = Task { await alerter.run() }
        #expect(await time.pass(.seconds(330)) { web.taken == ["stands"] })
        facts.set([Self.encoder, HealthProblem(.disk, "does not answer")])
        alerter.noticed(facts.problems.withLock { $0 })
        #expect(await time.pass(.seconds(330)) { web.taken == ["stands", "stands"] })
        _ = await time.pass(.seconds(20))
        running.cancel()
        await running.value
        #expect(facts.memory.withLock { $0 } == nil)
        facts.answer()
        let end = ContinuousClock.now + .seconds(60)
        func isKept() throws -> Bool {
            let state = try facts.memory.withLock { $0 }.map { try JSONDecoder().decode(AlertState.self, from: $0) }
            return state?.policy.courses.count == 2 && state?.outboxes.isEmpty == true
        }
        while try !isKept(), ContinuousClock.now < end { await Task.yield() }
        #expect(try isKept())
    }

    @Test func restart_sendsWhatWaited_andTellsNothingTwice() async {
        let (facts, time) = (Facts(), VirtualTime())
        let (web, mail) = (Post("webhook", time), Post("mail", time))
        web.works(false)
        facts.set([Self.encoder])
        let first = alerter(facts, [web, mail], time)
        let running = Task { await first.run() }
        #expect(await time.pass(.seconds(310)) { mail.taken == ["stands"] && web.tries > 0 })
        running.cancel()
        await running.value
        web.works(true)
        let second = alerter(facts, [web, mail], time)
        let again = Task { await second.run() }
        #expect(await time.pass(.seconds(100)) { web.taken == ["stands"] })
        _ = await time.pass(.seconds(1000))
        #expect(web.taken == ["stands"] && mail.taken == ["stands"])
        again.cancel()
        await again.value
    }

    @Test func nobodyWakesUp_whileNothingIsWrong() async {
        let (facts, time) = (Facts(), VirtualTime())
        let alerter = alerter(facts, [Post("mail", time)], time)
        let running = Task { await alerter.run() }
        _ = await time.pass(.seconds(7 * 86_400))
        #expect(facts.looks.withLock { $0 } == 1)
        running.cancel()
        await running.value
    }
}
