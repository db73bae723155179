// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Synchronization

/// Alerts as e-mail, by the machine's own `sendmail`: what every mail program of Debian brings, with the account and its password
/// in that program's configuration and not in ours.
public struct Sendmail: AlertChannel {
    public static let usualProgram = "/usr/sbin/sendmail"
    public let name = "mail"
    private let program: String
    private let from: String?
    private let to: [String]
    private let limit: Duration
    private let text: @Sendable () async -> AlertText

    public init(
        program: String = Self.usualProgram, from: String?, to: [String], limit: Duration = .seconds(20),
        text: @escaping @Sendable () async -> AlertText
    ) {
        self.program = program
        self.from = from
        self.to = to
        self.limit = limit
        self.text = text
    }

    public func send(_ alert: Alert) async throws(AlertFault) {
        let words = await text()
        let message = MailMessage(
            from: from, to: to, subject: words.subject(of: alert), body: words.body(of: alert), date: alert.at, id: alert.id,
            host: words.host)
        let outcome: Outcome
        do {
            outcome = try await run(message.text)
        } catch {
            throw AlertFault(
                "\(program) cannot be started: install one that hands mail to a server, such as `sudo apt install msmtp-mta`, or take "
                    + "alerts.mail out")
        }
        switch outcome {
        case .ended(0, _): return
        case .ended(let status, let said):
            throw AlertFault(
                "\(program) ended with \(status)\(said.isEmpty ? "" : " (\(said))"): send a mail with it by hand as the service's user")
        case .late:
            throw AlertFault("\(program) did not end within \(limit.components.seconds) s: look at the mail server that it sends to")
        }
    }

    private enum Outcome: Sendable {
        /// With what it said last.
        case ended(Int32, String)
        case late
    }

    private func run(_ message: String) async throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory
        // From a file and into one: a program that does not read, or says much, holds nobody up.
        let (input, output) = (folder.appendingPathComponent("alert-\(UUID())"), folder.appendingPathComponent("sendmail-\(UUID())"))
        defer {
            for file in [input, output] { try? FileManager.default.removeItem(at: file) }  // at worst it stays in the service's own folder
        }
        let private600: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: input.path, contents: Data(message.utf8), attributes: private600),
            FileManager.default.createFile(atPath: output.path, contents: nil, attributes: private600)
        else { throw AlertFault("there is no room for a file in \(folder.path)") }
        let child = Process()
        child.executableURL = URL(fileURLWithPath: program)
        child.arguments = ["-t", "-i"]
        child.standardInput = try FileHandle(forReadingFrom: input)
        child.standardOutput = FileHandle.nullDevice
        child.standardError = try FileHandle(forWritingTo: output)
        let (ends, tell) = AsyncStream<Int32>.makeStream()
        child.terminationHandler = { ended in
            tell.yield(ended.terminationStatus)
            tell.finish()
        }
        try child.run()
        let pid = child.processIdentifier
        let late = Mutex(false)
        let alarm = Task {
            try await Task.sleep(for: limit)
            late.withLock { $0 = true }
            kill(pid, SIGKILL)
        }
        defer { alarm.cancel() }
        // Not cancelled with the task: a child that was begun is waited for, at most until the alarm.
        let status = await Task { await ends.first { _ in true } }.value ?? -1
        if late.withLock({ $0 }) { return .late }
        let said = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
        let last = said.split(whereSeparator: \.isNewline).last ?? ""
        return .ended(status, PlainText.clean(String(last.prefix(200))))
    }
}
