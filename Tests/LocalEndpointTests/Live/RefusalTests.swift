// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import LocalEndpoint
import Testing

@Suite(.timeLimit(.minutes(6)))
struct RefusalTests {
    @Test(arguments: [
        ("GET", "/", "404 notFound"), ("GET", "/v1", "404 notFound"), ("GET", "/v1/encoders/", "404 notFound"),
        ("GET", "/v1/../health", "404 notFound"), ("GET", "/v2/encoders", "404 notFound"), ("POST", "/health", "405 methodNotAllowed"),
        ("PUT", "/v1/jobs/x", "405 methodNotAllowed"), ("OPTIONS", "/v1/encoders", "405 methodNotAllowed"),
        ("GET", "/v1/encoders/front-desk/jobs", "405 methodNotAllowed"), ("PATCH", "/v1/events", "405 methodNotAllowed"),
    ])
    func path_isRefused_whenNothingAnswersThere(_ method: String, _ path: String, _ expected: String) async throws {
        try await withEndpoint { client in
            let answer = try await client.send(method, path, token: Secret.write)
            #expect(answer.problem == expected)
            if answer.status == 405 { #expect(answer.headers["allow"]?.isEmpty == false) }
        }
    }

    @Test func writing_isRefusedWithTheWayOut_withoutTokensFile() async throws {
        try await withEndpoint(hasTokensFile: false) { client in
            #expect(try await client.get("/v1/encoders", token: nil).status == 200)
            let answer = try await client.order(token: nil)
            #expect(answer.problem == "403 noTokens")
            #expect(answer.value("detail")?.contains("encoder-bridge token add NAME --scope write") == true)
            #expect(try await client.order(token: Secret.write).problem == "403 noTokens")
        }
    }

    @Test func tokens_areAskedForEverywhereButHealth() async throws {
        try await withEndpoint { client in
            for path in ["/v1/encoders", "/v1/encoders/front-desk", "/v1/status", "/v1/jobs/x", "/v1/events"] {
                let answer = try await client.get(path, token: nil)
                #expect(answer.problem == "401 tokenNeeded")
                #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
            }
            #expect(try await client.order(token: Secret.read).problem == "403 readOnlyToken")
            #expect(try await client.send("DELETE", "/v1/jobs/x", token: Secret.read).problem == "403 readOnlyToken")
            #expect(try await client.get("/v1/encoders", token: Secret.write).status == 200)
        }
    }

    @Test func token_doesNothing_onAnEncoderItIsNotBoundTo() async throws {
        let bar = "bar-token-0123456789abcdef"
        let tokens = try Secret.tokens() + [EndpointToken(name: "bar", scope: .write, secret: bar, encoders: ["bar"])]
        try await withEndpoint(tokens: tokens) { client in
            #expect(try await client.order(token: bar).problem == "403 otherEncoder")
            #expect(try await client.send("POST", "/v1/encoders/front-desk/reset", token: bar).problem == "403 otherEncoder")
            #expect(try await client.get("/v1/encoders/front-desk", token: bar).status == 200)
            let order = try await client.order(token: Secret.write)
            let job = try #require(order.value("id"))
            #expect(try await client.send("DELETE", "/v1/jobs/\(job)", token: bar).problem == "403 otherEncoder")
            #expect(try await client.get("/v1/jobs/\(job)", token: bar).status == 200)
            #expect(try await client.send("DELETE", "/v1/jobs/none", token: bar).problem == "404 unknownJob")
        }
    }

    @Test func unknownTokens_areSlowedDown_andTheRightOneStillPasses() async throws {
        try await withEndpoint { client in
            for _ in 1...5 { #expect(try await client.get("/v1/encoders", token: "wrong").problem == "401 unknownToken") }
            let answer = try await client.get("/v1/encoders", token: "wrong")
            #expect(answer.problem == "429 tooManyTries")
            #expect(answer.headers["retry-after"] == "1")
            #expect(try await client.get("/v1/encoders", token: Secret.read).status == 200)
        }
    }

    @Test(arguments: [nil, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp"])
    func order_isRefused_whenItIsNotCalledJSON(_ type: String?) async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client in
            let headers = type.map { [("Content-Type", $0)] } ?? []
            let answer = try await client.send(
                "POST", "/v1/encoders/front-desk/jobs", token: Secret.write, headers: headers, body: Data(Client.order.utf8))
            #expect(answer.problem == "415 notJSON")
            #expect(await desk.requests.isEmpty)
        }
    }

    @Test func order_namesTheFieldThatIsWrong() async throws {
        try await withEndpoint { client in
            let local = Client.order.replacingOccurrences(of: "11:00:00Z", with: "11:00:00")
            let answer = try await client.order(local)
            #expect(answer.problem == "400 invalidOrder")
            #expect(answer.value("detail") == "validUntil: expected a time such as 2026-11-23T11:00:00Z")
        }
    }

    @Test func order_isRejected_whenItMakesNoSense() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client in
            let answer = try await client.order(Client.order.replacingOccurrences(of: "2026-11-23", with: "2026-11-20"))
            #expect(answer.problem == "422 rejected")
            #expect(answer.object("fault")["code"] as? String == "rejected")
            #expect(try await client.order(on: "nowhere").problem == "404 unknownEncoder")
            #expect(try await client.order(headers: [("Idempotency-Key", "two words")]).problem == "400 malformedRequest")
            #expect(await desk.requests.isEmpty)
        }
    }

    @Test func body_isRefused_whenTooLarge_announcedOrChunked() async throws {
        try await withEndpoint { client in
            let announced = try await client.raw(
                "POST /v1/encoders/front-desk/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n")
            #expect(announced.hasPrefix("HTTP/1.1 413 "))
            #expect(announced.contains("urn:encoder-bridge:problem:tooLarge"))
            let chunk = "8000\r\n" + String(repeating: " ", count: 0x8000) + "\r\n"
            let chunked = try await client.raw(
                "POST /v1/encoders/front-desk/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "\(chunk)\(chunk)\(chunk)0\r\n\r\n")
            #expect(chunked.hasPrefix("HTTP/1.1 413 "))
            let fits = #"{"lockIds":["101"],"validFrom":"2026-11-21T14:00:00Z","validUntil":"2026-11-23T11:00:00Z","guestName":""#
            let full = fits + String(repeating: "A", count: 65536 - fits.utf8.count - 2) + "\"}"
            #expect(full.utf8.count == 65536)
            #expect(try await client.order(full).status == 202)
        }
    }

    @Test func refusalsKeepTheConnection() async throws {
        try await withEndpoint { client in
            let post = "POST /v1/encoders/front-desk/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
            let answer = try await client.raw(post + "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 401 "))
            #expect(answer.hasSuffix(#"{"status":"serving"}"#))
        }
    }
}
