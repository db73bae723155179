// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import LocalEndpoint
import Testing

/// Broken input in great numbers, the same in every run (the seed is fixed).
@Suite(.timeLimit(.minutes(5)))
struct FuzzTests {
    @Test func mutatedOrders_areAnsweredWithAJobOrAProblem() async throws {
        try await withEndpoint { client in
            var random = SeededGenerator(seed: 0x5EED)
            var refused = 0
            for _ in 0..<1500 {
                let body = Self.mutated(Array(Client.order.utf8), &random)
                let answer = try await client.send(
                    "POST", "/v1/encoders/front-desk/jobs", token: Secret.write, headers: [("Content-Type", "application/json")],
                    body: Data(body))
                if answer.status == 202 { continue }
                refused += 1
                let expected = ["400 invalidOrder", "422 rejected"].contains(answer.problem)
                #expect(expected, "\(String(decoding: body, as: UTF8.self)) -> \(answer.problem)")
            }
            #expect(refused > 1000)
        }
    }

    @Test(arguments: [
        String(repeating: "[", count: 60_000), String(repeating: "{\"a\":", count: 12_000),
        "{\"lockIds\":" + String(repeating: "[", count: 50_000),
        "\u{FEFF}{}", "null", "true", "\"x\"", "1e999", "{\"copies\":1e999}", "{\"copies\":99999999999999999999}", "[]", "{}", "{\"\":1}",
        "{\"lockIds\":[\"\\ud800\"],\"validFrom\":\"2026-11-21T14:00:00Z\",\"validUntil\":\"2026-11-23T11:00:00Z\"}",
    ])
    func oddJSON_isAProblem(_ body: String) async throws {
        try await withEndpoint { client in
            let answer = try await client.order(body)
            #expect(answer.problem == "400 invalidOrder")
        }
    }

    @Test func randomBytesOnTheSocket_doNoHarm() async throws {
        try await withEndpoint { client in
            var random = SeededGenerator(seed: 7)
            for _ in 0..<100 {
                var bytes = Array("GET /v1/encoders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                // Whatever it has become: an end that no line feed can be taken for.
                let answer = try await client.raw(bytes + Array("\r\n\r\n\0\r\n\r\n".utf8))
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 "))
            }
            #expect(try await client.get("/health", token: nil).status == 200)
        }
    }

    private static func mutated(_ body: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var body = body
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard !body.isEmpty else { break }
            let place = Int.random(in: 0..<body.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: body[place] = UInt8.random(in: 0...255, using: &random)
            case 1: body.remove(at: place)
            case 2: body.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 3: body.removeSubrange(place...)
            default: body[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
        return body
    }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
