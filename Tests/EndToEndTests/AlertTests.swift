// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A pulled plug leaves the bridge as a mail, and so does its end.
@Suite(.timeLimit(.minutes(6))) struct AlertTests {
    @Test func pulledPlug_isMailed_andThatItIsBack() async throws {
        try await Site.open { site in
            let mails = site.folder.appendingPathComponent("mails")
            let program = site.folder.appendingPathComponent("sendmail")
            // The bodies, decoded: each begins behind an empty line.
            let script = "#!/bin/sh\nsed '1,/^$/d' | base64 -d >> '\(mails.path)'\n"
            #expect(
                FileManager.default.createFile(atPath: program.path, contents: Data(script.utf8), attributes: [.posixPermissions: 0o700]))
            let encoder = try await site.encoder("desk", ["--absence", "4s"])
            let property = """
                property: { language: de }
                alerts: { after: 0s, mail: { to: night@hotel.example, sendmail: \(program.path) } }
                """
            try site.configure(encoder, property: property)
            let check = try await site.command("check", "--config", site.configuration.path)
            #expect(check.status == 0, "\(check.output)")
            let bridge = try site.bridge()
            try await bridge.ready()
            func bodies() -> String { (try? String(contentsOf: mails, encoding: .utf8)) ?? "" }
            encoder.replug()
            try await eventually("a mail") { bodies().contains("Der Kodierer front-desk funktioniert nicht") }
            try await bridge.ready()
            try await eventually("the end") { bodies().contains("Es ist vorbei seit") }
        }
    }

    @Test func check_namesWhatIsMissing() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            let alerts = "alerts: { mail: { to: a@hotel.example, sendmail: /nowhere }, webhook: { urlFile: hook } }"
            try site.configure(encoder, property: alerts)
            let check = try await site.command("check", "--config", site.configuration.path)
            #expect(check.status == 1 && check.output.contains("alerts.mail: /nowhere is not there"), "\(check.output)")
            #expect(check.output.contains("alerts.webhook: ") && check.output.contains("hook is not there"), "\(check.output)")
        }
    }
}
