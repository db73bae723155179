// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import LocalEndpoint
import Testing

/// What a hostile web page, a confused proxy or a port scanner sends. Byte for byte, as no HTTP client would.
@Suite(.timeLimit(.minutes(6)))
struct HeaderAttackTests {
    @Test(arguments: [
        ("Host: evil.example", "421 Misdirected"), ("Host: localhost.evil.example:8630", "421 "), ("Host: 127.0.0.1.nip.io", "421 "),
        ("Host: localhost@evil.example", "421 "), ("Host:", "421 "), ("X: y", "421 "), ("Host: 10.0.0.5:8630", "421 "),
        ("Host: localhost\r\nHost: localhost", "400 "), ("Host: localhost\r\nHost: evil.example", "400 "),
        ("Host: localhost\r\nOrigin: http://evil.example", "403 "), ("Host: localhost\r\nOrigin: null", "403 "),
        ("Host: localhost:8630\r\nOrigin: http://localhost:3000", "403 "), ("Host: localhost\r\nOrigin: https://localhost", "403 "),
        ("Host: localhost\r\nSec-Fetch-Site: cross-site", "403 "), ("Host: localhost\r\nSec-Fetch-Site: same-site", "403 "),
        ("Host: LOCALHOST:8630\r\nOrigin: http://localhost:8630\r\nSec-Fetch-Site: same-origin", "200 "), ("Host: [::1]:8630", "200 "),
        ("Host: 127.0.0.1", "200 "), ("Host: localhost\r\nSec-Fetch-Site: none", "200 "),
    ])
    func hostAndOrigin_decideWhoIsHeard(_ fields: String, _ expected: String) async throws {
        try await withEndpoint { client in
            let answer = try await client.raw("GET /health HTTP/1.1\r\n\(fields)\r\nConnection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 \(expected)"), "\(fields): \(answer)")
            if !expected.hasPrefix("200") { #expect(answer.contains("application/problem+json")) }
        }
    }

    @Test(arguments: [
        "\r\n\r\nnonsense\r\n\r\n", "GET /health\r\n\r\n\r\n", "GET /health HTTP/1.1\r\nHost: localhost\r\nBad Name: x\r\n\r\n",
        "POST /v1/encoders/front-desk/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /v1/encoders/front-desk/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/encoders/front-desk/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "POST /v1/encoders/front-desk/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Long: " + String(repeating: "a", count: 70_000) + "\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: localhost\r\n" + String(repeating: "A: b\r\n", count: 2000) + "\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}\r\n\r\n",
    ])
    func malformedHTTP_isAnsweredWithAProblem_andClosed(_ bytes: String) async throws {
        try await withEndpoint { client in
            let answer = try await client.raw(bytes)
            #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(bytes.prefix(60)) -> \(answer)")
            #expect(answer.contains("urn:encoder-bridge:problem:malformedRequest"))
            #expect(try await client.get("/health", token: nil).status == 200)
        }
    }

    @Test(arguments: [
        "Authorization: Bearer \(Secret.write)\r\nAuthorization: Bearer \(Secret.write)", "Authorization: Basic dXNlcjpwYXNz",
        "Authorization: Bearer", "Authorization: Bearer a b", "Authorization: \(Secret.write)",
        "Authorization: Bearer " + String(repeating: "a", count: 4000),
    ])
    func authorization_isRefused_whenItIsNotOneBearerToken(_ field: String) async throws {
        try await withEndpoint { client in
            let answer = try await client.raw("GET /v1/encoders HTTP/1.1\r\nHost: localhost\r\n\(field)\r\nConnection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 401 "))
            #expect(!answer.contains(Secret.write))
        }
    }

    @Test func badChunks_afterAGoodHead_areAProblem_andMakeNoJob() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client in
            let head = "POST /v1/encoders/front-desk/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(Secret.write)\r\n"
            let answer = try await client.raw(
                head + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"loc\r\nXYZ\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(await desk.requests.isEmpty)
        }
    }

    @Test func expectContinue_isAnsweredBeforeTheBody() async throws {
        try await withEndpoint { client in
            let answer = try await client.raw(
                "POST /v1/encoders/front-desk/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(Secret.write)\r\n"
                    + "Expect: 100-continue\r\nContent-Type: application/json\r\nConnection: close\r\n"
                    + "Content-Length: \(Client.order.utf8.count)\r\n\r\n\(Client.order)")
            #expect(answer.hasPrefix("HTTP/1.1 100 "))
            #expect(answer.contains("HTTP/1.1 202 "))
        }
    }
}
