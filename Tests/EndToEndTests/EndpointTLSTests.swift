// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// The endpoint for other desks: what the daemon serves, `status` reads and `check` says.
@Suite(.timeLimit(.minutes(6))) struct EndpointTLSTests {
    private func configure(_ site: Site, _ encoder: EncoderProcess, listen: String, _ own: OwnCertificate) throws {
        try site.configure(encoders: Site.entry("front-desk", encoder.link.path), listen: listen)
        var text = try String(contentsOf: site.configuration, encoding: .utf8)
        text = text.replacingOccurrences(
            of: "tokensFile:", with: "tls: { certificateFile: \(own.certificate), keyFile: \(own.key) }, tokensFile:")
        try Data(text.utf8).write(to: site.configuration)
    }

    @Test func commands_reachTheBridge_andSayThatTheCertificateRunsOut() async throws {
        let (own, next) = (try OwnCertificate(days: 90), try OwnCertificate(days: 5))
        defer {
            own.remove()
            next.remove()
        }
        try await Site.open { site in
            let encoder = try await site.encoder()
            try configure(site, encoder, listen: "0.0.0.0:\(try freePort())", own)
            let check = try await site.command("check", "--config", site.configuration.path)
            #expect(check.status == 0, "\(check.output)")
            let bridge = try site.bridge()
            try await site.statusIsSound()
            let cut = try await site.command("card", "front-desk", "--config", site.configuration.path)
            #expect(!cut.output.contains("no bridge answers"), "\(cut.output)")
            // Renewed by whatever renews it: no reload, no restart. It is no clerk's trouble that it runs out soon.
            try own.become(next)
            let status = try await site.command("status", "--config", site.configuration.path)
            #expect(status.status == 0 && status.output.contains("- endpoint"), "\(status.output)")
            #expect(status.output.contains("runs out on"), "\(status.output)")
            let again = try await site.command("check", "--config", site.configuration.path)
            #expect(again.status == 0 && again.output.contains("note: the certificate runs out on"), "\(again.output)")
            #expect(bridge.program.output.contains("new certificate, valid until"), "\(bridge.program.output)")
            let key = try own.texts().key.split(separator: "\n")[1]
            #expect(!bridge.program.output.contains(key) && !again.output.contains(key))
        }
    }

    @Test func check_namesTheFile_thatOthersMayRead_orThatDoesNotFit() async throws {
        let (own, other) = (try OwnCertificate(), try OwnCertificate())
        defer {
            own.remove()
            other.remove()
        }
        try await Site.open { site in
            let encoder = try await site.encoder()
            try configure(site, encoder, listen: "127.0.0.1:\(try freePort())", own)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: own.key)
            let open = try await site.command("check", "--config", site.configuration.path)
            #expect(open.status == 1 && open.output.contains("endpoint.tls: other users may read"), "\(open.output)")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: own.key)
            try Data(contentsOf: URL(fileURLWithPath: other.certificate)).write(to: URL(fileURLWithPath: own.certificate))
            let strange = try await site.command("check", "--config", site.configuration.path)
            #expect(strange.status == 1 && strange.output.contains("do not belong together"), "\(strange.output)")
            // The daemon says the same, serves no endpoint, and takes the right files at a reload.
            let bridge = try site.bridge()
            try await eventually("the reason in the log") { bridge.program.output.contains("no local endpoint: ") }
            #expect(bridge.program.output.contains("do not belong together") && bridge.program.isRunning)
            try own.become(other)
            bridge.program.signal(SIGHUP)
            try await site.statusIsSound()
        }
    }

    @Test(arguments: ["0.0.0.0", "[::]", "192.0.2.1"])
    func daemon_doesNotListen_whereOthersReachIt_withoutTLS(_ host: String) async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            let port = try freePort()
            try site.configure(encoders: Site.entry("front-desk", encoder.link.path), listen: "\(host):\(port)")
            let bridge = try site.bridge()
            try await eventually("the reason in the log") {
                bridge.program.output.contains("can be reached from other machines, which needs TLS and tokens: write endpoint.tls too")
            }
            #expect(try await site.command("status", "--config", site.configuration.path).status == 78)
            try await eventually("the daemon to run") { bridge.program.output.contains("runs") }
            #expect(!bridge.program.output.contains("endpoint listens"))
        }
    }
}
