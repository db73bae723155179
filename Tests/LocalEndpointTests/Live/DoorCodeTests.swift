// SPDX-License-Identifier: Apache-2.0
import Access
import AccessCore
import EncoderModel
import Foundation
import LocalEndpoint
import Testing

/// A door code opens a room like a key: who may only read, or has to do with one desk's encoders only, does not see it.
@Suite(.timeLimit(.minutes(6)))
struct DoorCodeTests {
    private static let code = "482913"

    private struct Store: GrantStore {
        let grant: Grant
        func load(since: Date) async throws(GrantStoreFault) -> KeptAccess { KeptAccess(grants: [grant]) }
        func keep(_ changes: [AccessChange]) async throws(GrantStoreFault) {}
        func notes(limit: Int) async throws(GrantStoreFault) -> [AccessNote] { [] }
        func forget(before: Date, codesBefore: Date) async throws(GrantStoreFault) {}
    }

    /// A way that is never up: nothing happens to what was kept.
    private struct Way: MQTTWay {
        let news = AsyncStream<MQTTNews> { $0.onTermination = { _ in } }
        func subscribe(_ topics: [String]) {}
        func publish(_ message: MQTTMessage) -> Bool { false }
    }

    private func service() -> AccessService {
        let now = Date()
        var grant = Grant(
            id: GrantID("stay-101"), stay: StayID("stay"), number: "1001", lock: LockName("door-101"), target: "101", isCommon: false,
            window: Window(start: now - 3600, end: now + 86_400), goal: .on, state: .set, since: now - 3600)
        grant.slot = 10
        grant.code = Self.code
        return AccessService(
            rules: AccessRules(map: SpaceMap(spaces: [:])), locks: [], store: Store(grant: grant), source: nil, way: Way(), mark: { $0 })
    }

    @Test func code_isShownToWhoMayWrite_andToNobodyElse() async throws {
        let service = service()
        let running = Task { await service.run() }
        defer { running.cancel() }
        let bar = "bar-token-0123456789abcdef"
        let tokens = try Secret.tokens() + [EndpointToken(name: "bar", scope: .write, secret: bar, encoders: ["front-desk"])]
        try await withEndpoint(tokens: tokens, access: service) { client in
            let paths = ["/v1/access/grants", "/v1/access/log", "/v1/locks", "/v1/status", "/metrics"]
            while await service.grants.isEmpty { await Task.yield() }
            let shown = try await client.get("/v1/access/grants", token: Secret.write)
            #expect(String(decoding: shown.body, as: UTF8.self).contains(Self.code))
            for token in [Secret.read, bar] {
                for path in paths {
                    let answer = try await client.get(path, token: token)
                    #expect(answer.status == 200)
                    #expect(!String(decoding: answer.body, as: UTF8.self).contains(Self.code), "\(path)")
                }
            }
            #expect(try await client.send("POST", "/v1/access/grants/stay-101/retry", token: bar).problem == "403 otherEncoder")
        }
    }
}
