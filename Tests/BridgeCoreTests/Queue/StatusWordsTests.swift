// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import TestKit
import Testing

@testable import BridgeCore

@Suite struct StatusWordsTests {
    @Test func lastFault_isToldInTheHotelsLanguage_andByWhatAPersonDoesWithACard() async throws {
        var status = EncoderStatus(
            name: "desk", state: .ready, driver: "toy", kind: .raw, port: PortStatus(match: "any"), capabilities: [], gesture: .swipe)
        let words = Words(.german)
        let queue = JobQueue(encoders: [status], journal: MemoryJournal(), timeZone: nil, words: words, logger: .silent)
        status.lastFault = DatedFault(at: Date(), fault: Fault(.noCard))
        await queue.changed(status)
        let shown = try #require(await queue.encoder("desk")?.lastFault?.fault)
        #expect(shown.advice == words.advice(for: Fault(.noCard), gesture: .swipe))
        #expect(shown.advice != Fault(.noCard).advice)
    }

    @Test func lastFaultOfAnOrder_namesItsRoom_asThePMSHeardIt() async throws {
        let unknown = Fault(.rejected(reason: "TD"), cause: .unknownRoom)
        var status = EncoderStatus(
            name: "desk", state: .ready, driver: "toy", kind: .lockMaker, port: PortStatus(match: "any"), capabilities: [])
        let queue = JobQueue(encoders: [status], journal: MemoryJournal(), timeZone: nil, words: Words(.german), logger: .silent)
        let order = KeyOrder(lockIds: ["1207"], validFrom: .now, validUntil: .now + 3600)
        let request = JobRequest(encoder: "desk", order: order, origin: .mews, externalID: "c1", createdAt: .now)
        _ = try await queue.submit(request)
        let job = try #require(await queue.nextJob(for: "desk"))
        try await queue.record(.failed(unknown), of: job.id)
        status.lastFault = DatedFault(at: Date(), fault: unknown)
        await queue.changed(status)
        let told = try #require(try await queue.job(job.id)?.fault)
        #expect(told.advice.contains("1207"))
        #expect(await queue.encoder("desk")?.lastFault?.fault.advice == told.advice)
    }
}
