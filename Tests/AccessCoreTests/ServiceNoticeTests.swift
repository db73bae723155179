// SPDX-License-Identifier: Apache-2.0
import Access
import Console
import EncoderModel
import Foundation
import Synchronization
import Testing

@testable import AccessCore

/// What a changed site or a lost journal means for the whole service.
@Suite struct ServiceNoticeTests {
    /// A journal that was lost knows nothing of the code in slot 10: nobody takes it off, and its guest gets another one.
    @Test func codeThatTheJournalDoesNotKnow_isANoteOfStatus() async throws {
        let site = try SmallSite(TwoClocks(SmallSite.start))
        site.gateway.slots.withLock { $0[SmallSite.topic] = [10: "483920"] }
        try await site.running { site in
            site.pms.tell.yield(StayNews(stays: [SmallSite.stay()], resources: [SmallSite.room], isAll: true, time: SmallSite.start))
            await eventually("the code") { await site.service.grants.first?.state == .set }
            let note = await site.service.healthProblems().first { $0.subject == "door-101 foreign codes" }
            #expect(note?.weight == .note && note?.sentence.hasPrefix("slot 10, ") == true, "\(note?.sentence ?? "")")
            site.gateway.slots.withLock { $0[SmallSite.topic]?[10] = nil }
            site.gateway.tell(SmallSite.topic, #"{"users":{"10":{"status":"available"}}}"#)
            await eventually("no note") { await !site.service.healthProblems().contains { $0.subject == "door-101 foreign codes" } }
        }
    }

    /// It is given too where no slot is left, or where the lock does not take the guest's own.
    @Test func page_givesNoReason_forABackUpCode() {
        var grant = Grant(
            id: "s1.door-101", stay: "s1", number: "1001", lock: "door-101", target: "101", isCommon: false,
            window: Window(start: SmallSite.start, end: SmallSite.start + 60), goal: .on, state: .set, since: SmallSite.start)
        grant.usesBackup = true
        let page = AccessPage.text([], [GrantDocument(grant, room: nil)], [])
        #expect(page.contains("a back-up code: other doors have another code") && !page.contains("offline"))
    }

    @Test(arguments: ["", "*", "##"]) func tokens_areKnownAsOurs_whenTheConfirmKeyWasChanged(_ key: String) async throws {
        let store = MemoryStore()
        let first = try SmallSite(TwoClocks(SmallSite.start), store: store) { $0.confirmKey = "#" }
        try await first.running { site in
            site.pms.tell.yield(StayNews(stays: [SmallSite.stay()], resources: [SmallSite.room], isAll: true, time: SmallSite.start))
            await eventually("the token") { site.pms.tokens.withLock { $0.contains { $0.token.value.hasSuffix("#") } } }
        }
        let second = try SmallSite(TwoClocks(SmallSite.start), store: store) { $0.confirmKey = key }
        second.gateway.slots.withLock { $0 = first.gateway.slots.withLock { $0 } }
        second.pms.tokens.withLock { $0 = first.pms.tokens.withLock { $0 } }
        let code = try #require(second.gateway.codes(SmallSite.topic).first)
        try await second.running { site in
            await eventually("the new value alone") { site.pms.tokens.withLock { $0.map(\.token.value) == [code + key] } }
        }
    }
}
