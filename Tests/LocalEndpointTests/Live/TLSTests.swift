// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import EncoderModel
import Foundation
import Logging
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOSSL
import TestKit
import Testing

@testable import LocalEndpoint

/// The endpoint behind TLS, on a real connection.
@Suite(.timeLimit(.minutes(6))) struct TLSTests {
    private func shown(_ own: OwnCertificate) throws -> EndpointCertificate {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let source = EndpointCertificate.Source(
            mark: {
                ((try? FileManager.default.attributesOfItem(atPath: own.certificate)[.systemFileNumber]) as? Int).map { "\($0)" } ?? ""
            }
        ) {
            let (certificate, key) = try own.texts()
            return try CertificatePair(certificate: certificate, key: key)
        }
        return try EndpointCertificate(source, logger: logger)
    }

    /// What a browser of another desk does: it trusts one certificate only.
    private func get(
        _ path: String, at port: Int, trusting own: OwnCertificate, host: String = "localhost", headers: [(String, String)] = [],
        latest: TLSVersion? = nil
    ) async throws -> (status: UInt, body: String) {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(own.certificate)
        if let latest {
            tls.minimumTLSVersion = .tlsv1
            tls.maximumTLSVersion = latest
        }
        var patience = HTTPClient.Configuration(tlsConfiguration: tls)
        patience.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: patience) { client in
            var request = HTTPClientRequest(url: "https://\(host):\(port)\(path)")
            request.headers.add(name: "Authorization", value: "Bearer \(Secret.read)")
            for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
            let response = try await client.execute(request, timeout: .seconds(60))
            return (response.status.code, String(buffer: try await response.body.collect(upTo: 1 << 20)))
        }
    }

    private func port(_ client: Client) throws -> Int {
        guard case .tcp(_, let port) = client.address else { throw EndpointFault("no port") }
        return port
    }

    @Test func endpoint_answersOverTLS_underAnyNameOfItsCertificate() async throws {
        let own = try OwnCertificate(names: "DNS:localhost,DNS:bridge.hotel.example,IP:127.0.0.1")
        defer { own.remove() }
        try await withEndpoint(listen: .tcp(host: "0.0.0.0", port: 0), certificate: try shown(own)) { client in
            let port = try port(client)
            #expect(try await get("/v1/encoders", at: port, trusting: own).status == 200)
            #expect(try await get("/v1/encoders", at: port, trusting: own, host: "127.0.0.1").status == 200)
            let named = try await get("/v1/encoders", at: port, trusting: own, headers: [("Host", "bridge.hotel.example")])
            #expect(named.status == 200)
            // A page of another site is kept away as ever, and the endpoint's own is let in.
            let foreign = try await get("/v1/encoders", at: port, trusting: own, headers: [("Origin", "https://evil.example")])
            #expect(foreign.status == 403 && foreign.body.contains("foreignOrigin"))
            let plain = try await get("/v1/encoders", at: port, trusting: own, headers: [("Origin", "http://localhost:\(port)")])
            #expect(plain.status == 403)
            let same = try await get("/v1/encoders", at: port, trusting: own, headers: [("Origin", "https://localhost:\(port)")])
            #expect(same.status == 200)
            let nobody = try await get("/v1/encoders", at: port, trusting: own, headers: [("Authorization", "")])
            #expect(nobody.status == 401)
        }
    }

    @Test func newCertificate_isShown_toWhoConnectsNext() async throws {
        let (own, old, new) = (try OwnCertificate(), try OwnCertificate(), try OwnCertificate())
        defer { for certificate in [own, old, new] { certificate.remove() } }
        try own.become(old)
        try await withEndpoint(listen: .tcp(host: "127.0.0.1", port: 0), certificate: try shown(own)) { client in
            let port = try port(client)
            #expect(try await get("/health", at: port, trusting: old).status == 200)
            await #expect(throws: (any Error).self) { try await get("/health", at: port, trusting: new) }
            try own.become(new)
            #expect(try await get("/health", at: port, trusting: new).status == 200)
            await #expect(throws: (any Error).self) { try await get("/health", at: port, trusting: old) }
        }
    }

    @Test func connection_isRefused_withoutTLSOrWithAnOldOne() async throws {
        let own = try OwnCertificate()
        defer { own.remove() }
        try await withEndpoint(listen: .tcp(host: "127.0.0.1", port: 0), certificate: try shown(own)) { client in
            let port = try port(client)
            let plain = try await client.raw("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(!plain.contains("serving"))
            await #expect(throws: (any Error).self) { try await get("/health", at: port, trusting: own, latest: .tlsv11) }
            #expect(try await get("/health", at: port, trusting: own, latest: .tlsv12).status == 200)
            #expect(try await get("/health", at: port, trusting: own).status == 200)
        }
    }

    /// The order that a browser of another desk gives, and the stream that its page follows.
    @Test func eventStream_runsOverTLS() async throws {
        let own = try OwnCertificate()
        defer { own.remove() }
        try await withEndpoint(listen: .tcp(host: "127.0.0.1", port: 0), certificate: try shown(own)) { client in
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(own.certificate)
            let port = try port(client)
            try await HTTPClient.withHTTPClient(configuration: .init(tlsConfiguration: tls)) { http in
                var request = HTTPClientRequest(url: "https://localhost:\(port)/v1/events")
                request.headers.add(name: "Authorization", value: "Bearer \(Secret.read)")
                let response = try await http.execute(request, timeout: .seconds(60))
                #expect(response.status == .ok)
                var first: String?
                for try await piece in response.body {
                    first = String(buffer: piece)
                    break
                }
                #expect(first?.contains("retry: 1000") == true)
            }
        }
    }
}
