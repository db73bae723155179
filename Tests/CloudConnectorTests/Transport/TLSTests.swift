// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import NIOHTTP1
import NIOSSL
import TestKit
import Testing

@testable import CloudConnector

/// `https` and `wss` with certificates made by openssl: who is trusted, and what is said when nobody is.
@Suite(.timeLimit(.minutes(6))) struct TLSTests {
    private func context(_ own: OwnCertificate) throws -> NIOSSLContext {
        try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(own.certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: own.key, format: .pem))))
    }

    private func transport(_ server: SmallServer, trust: String?) -> NetworkTransport {
        NetworkTransport(
            MewsConfiguration(
                MewsProperty(
                    api: "https://localhost:\(server.port)", webSocket: "wss://localhost:\(server.port)/ws/connector", client: "T",
                    trustRootsFile: trust)
            ) { .connector("c") })
    }

    @Test func requestsAndSocket_goThroughTLS_whenTheCertificateIsTrusted() async throws {
        let certificate = try OwnCertificate(names: "DNS:localhost")
        defer { certificate.remove() }
        let server = try await SmallServer.started(tls: try context(certificate))
        let transport = transport(server, trust: certificate.certificate)
        let answer = try await transport.post(.update, body: Data("{}".utf8), within: .seconds(30))
        #expect(answer.status == 200 && server.requests.count == 1)
        let socket = try await transport.openSocket(cookie: "ClientToken=A")
        #expect(server.upgrades.first?.headers["Cookie"] == ["ClientToken=A"])
        socket.close()
        await transport.shutdown()
        try await server.stop()
    }

    @Test(arguments: [("localhost", false), ("elsewhere.example", true)])
    func nothingIsSent_whenTheCertificateIsNotTrustedOrAnothersName(name: String, isTrusted: Bool) async throws {
        let certificate = try OwnCertificate(names: "DNS:\(name)")
        defer { certificate.remove() }
        let server = try await SmallServer.started(tls: try context(certificate))
        let transport = transport(server, trust: isTrusted ? certificate.certificate : nil)
        do throws(TransportFault) {
            _ = try await transport.post(.update, body: Data("{}".utf8), within: .seconds(30))
            Issue.record("an answer over a connection that nobody vouches for")
        } catch {
            #expect(!error.mayHaveArrived && error.reason.hasPrefix("TLS failed"), "\(error.reason)")
        }
        do throws(SocketFault) {
            _ = try await transport.openSocket(cookie: "ClientToken=A")
            Issue.record("a socket over a connection that nobody vouches for")
        } catch {
            guard case .failed(let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(reason.hasPrefix("TLS failed"), "\(reason)")
        }
        #expect(server.requests.isEmpty && server.upgrades.isEmpty)
        await transport.shutdown()
        try await server.stop()
    }
}
