// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import NIOHTTP1
import Testing

@testable import Alerting

/// A real HTTP server, and programs that stand in for sendmail.
@Suite(.timeLimit(.minutes(6))) struct ChannelTests {
    private static let alert = Alert(
        .stands, HealthProblem(.encoder, subject: "front-desk", "not there"), since: Date(timeIntervalSince1970: 1_796_000_000),
        at: Date(timeIntervalSince1970: 1_796_000_300))
    private static let text = AlertText(.english, host: "bridge-1", zone: .gmt)

    private func fault(_ work: () async throws(AlertFault) -> Void) async -> String {
        do throws(AlertFault) {
            try await work()
            return ""
        } catch {
            return error.description
        }
    }

    // MARK: Webhook

    private func webhook(_ url: String, token: String? = nil, limit: Duration = .seconds(15)) -> Webhook {
        Webhook(limit: limit, address: { (url, token) }, text: { Self.text })
    }

    @Test func webhook_postsTheAlertOnce_withItsToken() async throws {
        let server = try await WebhookServer.started()
        #expect(await fault { () async throws(AlertFault) in try await webhook(server.url, token: "t0ken").send(Self.alert) } == "")
        let request = try #require(server.requests.first)
        #expect(server.requests.count == 1 && request.head.method == .POST && request.head.uri == "/alerts/s3cr3t")
        #expect(request.head.headers["Authorization"] == ["Bearer t0ken"] && request.head.headers["Content-Type"] == ["application/json"])
        #expect(request.head.headers["Idempotency-Key"] == [Self.alert.id] && request.body.contains(#""encoder":"front-desk""#))
        try await server.stop()
    }

    @Test func webhook_saysWhatIsWrong_withoutTheAddress_whenItIsNotTaken() async throws {
        let server = try await WebhookServer.started()
        server.answer(.notFound)
        let refused = await fault { () async throws(AlertFault) in try await webhook(server.url).send(Self.alert) }
        #expect(refused.contains("HTTP 404") && refused.contains("127.0.0.1") && !refused.contains("s3cr3t"), "\(refused)")
        server.answer(.found, ["Location": "http://127.0.0.1:1/elsewhere"])
        let moved = await fault { () async throws(AlertFault) in try await webhook(server.url).send(Self.alert) }
        #expect(moved.contains("HTTP 302"), "\(moved)")
        server.beSilent()
        let silent = await fault { () async throws(AlertFault) in try await webhook(server.url, limit: .seconds(1)).send(Self.alert) }
        #expect(silent.contains("does not answer") && !silent.contains("s3cr3t"), "\(silent)")
        let url = server.url
        try await server.stop()
        let down = await fault { () async throws(AlertFault) in try await webhook(url).send(Self.alert) }
        #expect(down.contains("does not answer") && !down.contains("s3cr3t"), "\(down)")
    }

    @Test func webhook_isDone_whenTheStatusIsThere_thoughTheAnswerHasNoEnd() async throws {
        let server = try await WebhookServer.started()
        server.answer(.ok, ["Content-Length": "1000"])
        let before = ContinuousClock.now
        #expect(await fault { () async throws(AlertFault) in try await webhook(server.url).send(Self.alert) } == "")
        #expect(ContinuousClock.now - before < .seconds(30))
        try await server.stop()
    }

    // MARK: Mail

    /// A program in the place of sendmail, and what it got.
    private struct Program {
        let folder: URL
        var path: String { folder.appendingPathComponent("sendmail").path }
        var mail: String { (try? String(contentsOf: folder.appendingPathComponent("mail"), encoding: .utf8)) ?? "" }

        init(_ script: String) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("sendmail-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let text = "#!/bin/sh\ncd '\(folder.path)'\n\(script)\n"
            guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o700]) else {
                throw AlertFault("no program")
            }
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }  // a leftover in the temporary folder harms nobody
    }

    private func mail(_ program: String, limit: Duration = .seconds(60)) -> Sendmail {
        Sendmail(program: program, from: "bridge@hotel.example", to: ["night@hotel.example"], limit: limit, text: { Self.text })
    }

    @Test func mail_goesToTheProgram_withTheRecipientsInTheMessage() async throws {
        let program = try Program(#"echo "$@" > arguments; cat > mail"#)
        defer { program.remove() }
        #expect(await fault { () async throws(AlertFault) in try await mail(program.path).send(Self.alert) } == "")
        #expect(program.mail.hasPrefix("From: bridge@hotel.example\nTo: night@hotel.example\nSubject: =?UTF-8?B?"))
        let arguments = try String(contentsOf: program.folder.appendingPathComponent("arguments"), encoding: .utf8)
        #expect(arguments == "-t -i\n")
    }

    @Test func mail_saysWhatTheProgramSaid_whenItFails() async throws {
        let program = try Program("echo first >&2; echo 'cannot connect to mail.example' >&2; exit 75")
        defer { program.remove() }
        let said = await fault { () async throws(AlertFault) in try await mail(program.path).send(Self.alert) }
        #expect(said.contains("ended with 75 (first; cannot connect to mail.example)"), "\(said)")
        let missing = await fault { () async throws(AlertFault) in try await mail(program.path + "-x").send(Self.alert) }
        #expect(missing.contains("cannot be started") && missing.contains("msmtp-mta"), "\(missing)")
    }

    /// That the disk is full must leave, too.
    @Test func mail_isHandedOver_withoutAFile() async throws {
        let program = try Program("readlink /proc/self/fd/0 /proc/self/fd/2 > handed; cat > mail")
        defer { program.remove() }
        #expect(await fault { () async throws(AlertFault) in try await mail(program.path).send(Self.alert) } == "")
        let handed = try String(contentsOf: program.folder.appendingPathComponent("handed"), encoding: .utf8)
        #expect(handed.split(separator: "\n").allSatisfy { $0.hasPrefix("pipe:") }, "\(handed)")
        #expect(program.mail.hasPrefix("From: "))
    }

    @Test func mail_isHeldUpByNothing_thatAProgramSaysOrDoesNotRead() async throws {
        let program = try Program("yes verbose | head -c 1000000 >&2; echo 'mailbox unavailable' >&2; exit 69")
        defer { program.remove() }
        var long = Self.alert
        long.problem.sentence = String(repeating: "ž", count: 200_000)
        let said = await fault { () async throws(AlertFault) in try await mail(program.path).send(long) }
        #expect(said.contains("mailbox unavailable)"), "\(said)")
    }

    /// What docs/install.md says: msmtp, with the server in its configuration.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/msmtp"), "takes msmtp: packaging/install-packages test"))
    func mail_arrives_byMsmtp() async throws {
        let server = try await MailServer.started()
        let program = try Program("exec /usr/bin/msmtp -C msmtprc \"$@\"")
        defer { program.remove() }
        let account = "account default\nhost 127.0.0.1\nport \(server.port)\nfrom bridge@hotel.example\n"
        let file = program.folder.appendingPathComponent("msmtprc").path
        #expect(FileManager.default.createFile(atPath: file, contents: Data(account.utf8), attributes: [.posixPermissions: 0o600]))
        let both = Sendmail(program: program.path, from: nil, to: ["night@hotel.example", "technician@example.com"], text: { Self.text })
        #expect(await fault { () async throws(AlertFault) in try await both.send(Self.alert) } == "")
        let mail = try #require(server.mails.first)
        #expect(server.mails.count == 1 && mail.from == "bridge@hotel.example")
        #expect(mail.to == ["night@hotel.example", "technician@example.com"])
        #expect(mail.text.contains("From: bridge@hotel.example") && mail.text.contains("Subject: =?UTF-8?B?"))
        let body = mail.text.components(separatedBy: "\n\n").dropFirst().joined()
        let words = Data(base64Encoded: body, options: .ignoreUnknownCharacters).map { String(decoding: $0, as: UTF8.self) }
        #expect(words?.contains("encoder front-desk: not there") == true, "\(mail.text)")
        try await server.stop()
        let down = await fault { () async throws(AlertFault) in try await both.send(Self.alert) }
        #expect(down.contains("cannot connect to 127.0.0.1"), "\(down)")
    }

    @Test func mail_isGivenUp_whenTheProgramHangs() async throws {
        let program = try Program("exec sleep 600")
        defer { program.remove() }
        let before = ContinuousClock.now
        let late = await fault { () async throws(AlertFault) in try await mail(program.path, limit: .seconds(1)).send(Self.alert) }
        #expect(late.contains("did not end within 1 s"), "\(late)")
        #expect(ContinuousClock.now - before < .seconds(30))
    }
}
