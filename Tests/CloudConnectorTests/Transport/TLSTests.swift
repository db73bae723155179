// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import NIOHTTP1
import NIOSSL
import TestKit
import Testing

@testable import CloudConnector

/// `https` and `wss` with certificates made by openssl: who is trusted, and what is said when nobody is.
@Suite(.timeLimit(.minutes(2))) struct TLSTests {
    /// A certificate for `localhost` that has signed itself, and its key, as files.
    private struct Certificate {
        let folder: URL
        var certificate: String { folder.appendingPathComponent("certificate.pem").path }
        var key: String { folder.appendingPathComponent("key.pem").path }

        init(name: String) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let openssl = Process()
            openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            openssl.arguments = [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", key, "-out", certificate,
            ]
            openssl.standardError = FileHandle.nullDevice
            try openssl.run()
            openssl.waitUntilExit()
            try #require(openssl.terminationStatus == 0, "openssl made no certificate")
        }

        func server() throws -> NIOSSLContext {
            try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                    privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))))
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }  // a leftover in the temporary folder harms nobody
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
        let certificate = try Certificate(name: "localhost")
        defer { certificate.remove() }
        let server = try await SmallServer.started(tls: try certificate.server())
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
        let certificate = try Certificate(name: name)
        defer { certificate.remove() }
        let server = try await SmallServer.started(tls: try certificate.server())
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
