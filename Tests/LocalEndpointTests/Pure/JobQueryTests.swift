// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Testing

@testable import LocalEndpoint

@Suite struct JobQueryTests {
    @Test func query_isRead_withEveryFilter() throws {
        let query = try JobQuery(
            target: "/v1/jobs?room=10%201&reservation=R-7&encoder=front-desk&state=done&limit=7&cursor=abc"
                + "&from=2026-11-27T00:00:00Z&until=2026-11-28T00:00:00%2B01:00")
        #expect(query.filter.room == "10 1" && query.filter.reservation == "R-7" && query.filter.encoder == "front-desk")
        #expect(query.filter.state == .done && query.limit == 7 && query.before == "abc")
        #expect(query.filter.until == InternetTime.date("2026-11-27T23:00:00Z"))
        #expect(try JobQuery(target: "/v1/jobs").limit == JobQuery.usual)
        #expect(try JobQuery(target: "/v1/jobs?") == JobQuery(target: "/v1/jobs"))
    }

    @Test(arguments: [
        "roon=101", "room", "room=", "limit=0", "limit=201", "limit=x", "state=gone", "from=yesterday", "from=2026-11-27T00:00:00",
        "room=1&room=2", "room=%FF",
    ])
    func query_isRefused_whenItHasASlip(_ query: String) {
        #expect(throws: Problem.self) { try JobQuery(target: "/v1/jobs?" + query) }
    }
}
