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
}
