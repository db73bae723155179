// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

/// Each thing that makes a clerk meet trouble makes the bridge unwell; nothing else does.
@Suite struct HealthTests {
    private static let now = Date(timeIntervalSince1970: 1_795_000_000)

    private static func encoder(_ state: EncoderState, _ fault: Fault? = nil) -> EncoderStatus {
        var status = EncoderStatus(
            name: "desk", state: state, driver: "pn532", kind: .raw, port: PortStatus(match: "serial A1"), capabilities: [])
        status.lastFault = fault.map { DatedFault(at: now - 60, fault: $0) }
        return status
    }

    private static func mews(_ state: ConnectorStatus.State, skew: Double? = nil, problems: [HealthProblem] = []) -> ConnectorStatus {
        var status = ConnectorStatus(name: "mews", state: state, since: now)
        status.clockSkew = skew
        status.problems = problems
        return status
    }

    static let well: [HealthFacts] = [
        HealthFacts(now: now), HealthFacts(encoders: [encoder(.ready), encoder(.busy)], connectors: [mews(.connected, skew: 3)], now: now),
        HealthFacts(encoders: [encoder(.ready, Fault(.noCard))], undeliveredReports: 3, now: now),
        HealthFacts(reported: [HealthProblem(.timeZone, weight: .note, "x")], now: now),
    ]

    static let unwell: [(HealthFacts, HealthProblem.Area)] = [
        (HealthFacts(reported: [HealthProblem(.configuration, subject: "b.yaml:7:5", "x")], now: now), .configuration),
        (HealthFacts(encoders: [encoder(.absent)], now: now), .encoder),
        (HealthFacts(encoders: [encoder(.faulted, Fault(.timeout))], now: now), .encoder),
        (HealthFacts(encoders: [encoder(.opening)], now: now), .encoder),
        (HealthFacts(connectors: [mews(.connecting)], now: now), .connector),
        (HealthFacts(connectors: [mews(.stopped)], now: now), .connector),
        (HealthFacts(connectors: [mews(.connected, skew: -86_400)], now: now), .clock),
        (HealthFacts(connectors: [mews(.connected, problems: [HealthProblem(.keyCutter, subject: "7", "x")])], now: now), .keyCutter),
        (HealthFacts(undeliveredReports: 300, now: now), .reports),
    ]

    @Test(arguments: well) func bridge_isWell_whenNoClerkMeetsTrouble(facts: HealthFacts) { #expect(Health(facts).isWell) }

    @Test(arguments: unwell) func bridge_isUnwell_withARowThatSaysWhy(facts: HealthFacts, area: HealthProblem.Area) {
        let health = Health(facts)
        #expect(!health.isWell)
        #expect(health.problems.map(\.area) == [area])
    }

    @Test func trouble_comesBeforeNotes_andIsToldOnce() {
        let trouble = HealthProblem(.queue, "a job hangs")
        let health = Health(problems: [HealthProblem(.configuration, weight: .note, "n"), trouble, trouble])
        #expect(health.problems.map(\.area) == [.queue, .configuration])
    }

    @Test func refusal_keepsItsReason_inTheEncodersRow() {
        let facts = HealthFacts(
            encoders: [Self.encoder(.faulted, Fault(.rejected(reason: "the serial port does not do 12345 baud")))], now: Self.now)
        #expect(Health(facts).problems.first?.sentence.contains("12345 baud") == true)
    }

    @Test func card_isJudged_byWhatCameAfterItsOrder() throws {
        var job = Job(
            id: .random(), encoder: "desk",
            order: KeyOrder(lockIds: ["101"], validFrom: Self.now - 86_400, validUntil: Self.now + 3600), origin: .mews, state: .done,
            createdAt: Self.now - 7200, finishedAt: Self.now - 7000)
        let mine = try #require(EndedJob(job))
        #expect(CardHistory(order: mine, later: []).verdict(at: Self.now) == [.cardRight])
        #expect(CardHistory(order: mine, later: []).verdict(at: Self.now + 7200) == [.cardOver])
        job.id = .random()
        job.finishedAt = Self.now
        let newer = try #require(EndedJob(job))
        #expect(CardHistory(order: mine, later: [newer]).verdict(at: Self.now) == [.cardReplaced])
        job.order.mode = .copy
        #expect(CardHistory(order: mine, later: [try #require(EndedJob(job))]).verdict(at: Self.now) == [.cardRight])
        job.order.mode = .new
        job.order.lockIds = ["102"]
        #expect(CardHistory(order: mine, later: [try #require(EndedJob(job))]).verdict(at: Self.now) == [.cardRight])
    }
}
