// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import HTTPTypes
import Testing

@testable import LocalEndpoint

struct GuardTests {
    @Test(arguments: [
        ("localhost", "localhost", nil as Int?), ("LocalHost:8630", "localhost", 8630), ("127.0.0.1:0", "127.0.0.1", 0),
        ("[::1]:65535", "::1", 65535), ("[::1]", "::1", nil), ("bar.example", "bar.example", nil),
    ])
    func authority_isRead(_ text: String, _ host: String, _ port: Int?) throws {
        let authority = try #require(Authority(text))
        #expect(authority.host == host)
        #expect(authority.port == port)
    }

    @Test(arguments: [
        "", ":8630", "localhost:", "localhost:65536", "localhost:-1", "localhost:8630:1", "a@localhost", "local host", "::1", "[::1", "[]",
        "[localhost]", "localhost:８６３０", "[::1]x", "localhost/", String(repeating: "a", count: 300),
    ])
    func authority_isRefused_whenItIsNotExactlyHostAndPort(_ text: String) { #expect(Authority(text) == nil) }

    @Test(arguments: [
        ("localhost", true), ("127.0.0.1", true), ("127.9.9.9", true), ("[::1]", true), ("127.0.0.1.nip.io", false), ("127.0.0", false),
        ("127.0.0.256", false), ("128.0.0.1", false), ("localhost.evil.example", false), ("[::2]", false), ("0.0.0.0", false),
        ("[::ffff:127.0.0.1]", false), ("127.0.0.0001", false),
    ])
    func loopback_isWhatCannotLeaveTheMachine(_ text: String, _ expected: Bool) { #expect(Authority(text)?.isLoopback == expected) }

    @Test(arguments: [
        ("127.0.0.1:8630", ListenAddress.tcp(host: "127.0.0.1", port: 8630)), ("[::1]:0", .tcp(host: "::1", port: 0)),
        ("localhost:80", .tcp(host: "localhost", port: 80)), ("unix:/run/e.sock", .unix(path: "/run/e.sock")),
    ])
    func listenAddress_isRead_andWrittenAlike(_ text: String, _ expected: ListenAddress) throws {
        #expect(try ListenAddress(text) == expected)
        #expect(expected.description == text)
    }

    @Test(arguments: [
        ("0.0.0.0:8630", "without TLS"), ("192.168.1.5:8630", "without TLS"),
        ("[::]:8630", "without TLS"), ("desk.hotel:8630", "without TLS"),
        ("127.0.0.1", "expected an address"), ("", "expected an address"), ("unix:", "whole path"), ("unix:run/e.sock", "whole path"),
        ("unix:/" + String(repeating: "a", count: 107), "at most 107"),
    ])
    func listenAddress_isRefusedWithAReason(_ text: String, _ reason: String) {
        let fault = #expect(throws: AddressFault.self) { try ListenAddress(text) }
        #expect(fault?.description.contains(reason) == true)
    }

    @Test(arguments: [
        (["application/json"], true), (["Application/JSON; charset=utf-8"], true), (["application/json;"], true), ([], false),
        ([""], false), (["text/json"], false), (["application/json", "application/json"], false), (["text/plain, application/json"], false),
    ])
    func content_isJSONByName(_ types: [String], _ expected: Bool) {
        var head = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/")
        for type in types { head.headerFields.append(HTTPField(name: .contentType, value: type)) }
        #expect((ContentGuard.objection(to: head) == nil) == expected)
        head.headerFields[.contentEncoding] = "gzip"
        #expect(ContentGuard.objection(to: head) != nil)
    }

    @Test func secrets_areEqualOnlyWhole() {
        let secret = Array("0123456789abcdefghij".utf8)
        #expect(TokenGuard.same(secret, secret))
        #expect(!TokenGuard.same(Array(secret.dropLast()), secret))
        #expect(!TokenGuard.same(secret + secret, secret))
        #expect(!TokenGuard.same([], secret))
        #expect(!TokenGuard.same([], []))
        for index in secret.indices {
            var other = secret
            other[index] ^= 1
            #expect(!TokenGuard.same(other, secret))
        }
    }

    @Test func brake_doublesItsPause_andForgets() {
        var brake = FailureBrake()
        var now = ContinuousClock.now
        for _ in 1...FailureBrake.free { #expect(brake.failed(at: now) == nil) }
        for pause in [1, 2, 4, 8, 16, 32, 60, 60] {
            #expect(brake.failed(at: now) == pause)
            // Within the pause nothing gets worse.
            #expect(brake.failed(at: now) == pause)
            #expect(brake.failed(at: now.advanced(by: .milliseconds(500))) == pause)
            now = now.advanced(by: .seconds(pause))
        }
        #expect(brake.failed(at: now.advanced(by: .seconds(FailureBrake.memory + 61))) == nil)
    }

    @Test(arguments: [
        ("GET", "/health", Route.Finding.route(.health)), ("HEAD", "/health", .route(.health)), ("GET", "/v1/status", .route(.status)),
        ("GET", "/v1/encoders", .route(.encoders)), ("GET", "/v1/encoders/a%2Fb", .route(.encoder("a/b"))),
        ("POST", "/v1/encoders/a/jobs?x", .route(.orderKeys("a"))), ("GET", "/v1/jobs/1", .route(.job("1"))),
        ("DELETE", "/v1/jobs/1", .route(.cancel("1"))), ("GET", "/v1/events#x", .route(.events)),
        ("POST", "/v1/jobs/1", .otherMethods(allowed: "GET, HEAD, DELETE")),
        ("HEAD", "/v1/encoders/a/jobs", .otherMethods(allowed: "POST")),
        ("get", "/health", .otherMethods(allowed: "GET, HEAD")), ("GET", "*", .nothingThere), ("GET", "", .nothingThere),
        ("GET", "//health", .nothingThere), ("GET", "/health/", .nothingThere), ("GET", "/v1/encoders/%zz", .nothingThere),
        ("GET", "/v1/encoders/%ff", .nothingThere), ("GET", "/V1/encoders", .nothingThere), ("GET", "/v1/encoders/a/b/c", .nothingThere),
        ("GET", "/" + String(repeating: "a", count: 2000), .nothingThere), ("GET", "http://localhost/health", .nothingThere),
        ("GET", "/v1/jobs?room=" + String(repeating: "1", count: 2000), .route(.jobs)),
    ])
    func route_isFound(_ method: String, _ target: String, _ expected: Route.Finding) throws {
        #expect(Route.find(try #require(HTTPRequest.Method(method)), target) == expected)
    }
}
