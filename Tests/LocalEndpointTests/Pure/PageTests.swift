// SPDX-License-Identifier: Apache-2.0
import DeskPage
import EncoderModel
import Foundation
import HTTPTypes
import HummingbirdCore
import Testing

@testable import LocalEndpoint

/// What a browser is told of the desk page, and what an order's words can do in it.
struct PageTests {
    @Test func page_mayNotBeFramed_andRunsNothingButItsOwn() {
        let fields = Reply.page("<p>").headers
        let policy = fields[.contentSecurityPolicy] ?? ""
        for rule in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'none'", "base-uri 'none'"] {
            #expect(policy.contains(rule), "\(rule) in \(policy)")
        }
        #expect(fields[.contentType]?.hasPrefix("text/html") == true && fields[.cacheControl] == "no-store")
    }

    @Test func wordsOfAnOrder_areText_whateverTheyAre() throws {
        let page = try DeskPage(words: .english)
        let evil = "<img src=x onerror=alert(1)>"
        var job = Job(
            id: .random(), encoder: EncoderName(evil),
            order: KeyOrder(lockIds: [evil], validFrom: .distantPast, validUntil: .distantFuture),
            origin: .desk, state: .done, createdAt: Date(timeIntervalSince1970: 0))
        job.remarks = [evil]
        let ended = try #require(EndedJob(job))
        let facts = DeskFacts(
            encoders: [], connectors: [], problems: [HealthProblem(.disk, subject: evil, evil)], waiting: [], ended: [ended],
            byHand: [ended],
            undeliveredReports: 0,
            access: AccessStatus(
                doors: [.init(reservation: evil, door: evil, lock: evil, state: "failed", look: .bad, until: .distantPast, reason: evil)],
                locks: [.init(name: evil, state: "offline")]),
            zone: try #require(TimeZone(identifier: "Europe/Prague")), now: Date(timeIntervalSince1970: 0))
        for text in [page.board(facts), page.technician(facts), page.shell(encoders: [EncoderName(evil)])] {
            #expect(!text.contains("<img src=x"))
        }
    }
}
