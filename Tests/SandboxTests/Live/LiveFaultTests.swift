// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Sandbox

@Test(arguments: [401, 403, 408, 429, 500, 503])
func fault_answersStatus_forSoManyRequests(status: Int) async throws {
    try await withSandbox { visit async throws in
        await visit.state.add(RequestFault(.status(status, retryAfter: status == 429 ? "7" : nil), on: .devices, count: 2))
        #expect(try await visit.call(.activeCommands).status == 200)
        for _ in 1...2 {
            let answer = try await visit.call(.devices)
            #expect(answer.status == status)
            #expect(answer.headers.first(name: "Retry-After") == (status == 429 ? "7" : nil))
            #expect(answer.json?["RequestId"]?.text == answer.headers.first(name: "Request-Id"))
        }
        #expect(try await visit.call(.devices).status == 200)
    }
}

@Test func swallowedAnswer_leavesTheWorkDone() async throws {
    try await withSandbox { visit async throws in
        let made = try await visit.state.cutKey(reservation: "1001")
        await visit.state.add(RequestFault(.swallow, on: .updateCommand))
        await #expect(throws: (any Error).self) {
            try await visit.call(.updateCommand, ["CommandId": .string(made.id), "State": "Processed"])
        }
        #expect(await visit.state.command(made.id)?.state == .processed)
        #expect(await visit.state.requests.last?.status == nil)
        #expect(await visit.state.requests.last?.done == true)
        #expect(try await visit.call(.updateCommand, ["CommandId": .string(made.id), "State": "Processed"]).status == 403)
    }
}

@Test func hangUp_leavesTheWorkUndone() async throws {
    try await withSandbox { visit async throws in
        let made = try await visit.state.cutKey(reservation: "1001")
        await visit.state.add(RequestFault(.hangUp))
        await #expect(throws: (any Error).self) {
            try await visit.call(.updateCommand, ["CommandId": .string(made.id), "State": "Processed"])
        }
        #expect(await visit.state.command(made.id)?.state == .pending)
    }
}

@Test func delay_isKept() async throws {
    try await withSandbox { visit async throws in
        await visit.state.add(RequestFault(.delay(.milliseconds(300))))
        let start = ContinuousClock.now
        #expect(try await visit.call(.devices).status == 200)
        #expect(ContinuousClock.now - start >= .milliseconds(300))
    }
}

@Test func away_closesApiConnections_butKeepsControl() async throws {
    try await withSandbox { visit async throws in
        #expect(try await visit.send("POST", "/sandbox/faults", body: #"{"away":true}"#).status == 200)
        await #expect(throws: (any Error).self) { try await visit.call(.devices) }
        #expect(try await visit.send("DELETE", "/sandbox/faults").json?["away"] == false)
        #expect(try await visit.call(.devices).status == 200)
    }
}
