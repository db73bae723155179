// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Synchronization

/// Alerts as e-mail, by the machine's own `sendmail`: what every mail program of Debian brings, with the account and its password
/// in that program's configuration and not in ours.
public struct Sendmail: AlertChannel {
    public let name = "mail"
    private let program: String
    private let from: String?
    private let to: [String]
    private let limit: Duration
    private let text: @Sendable () async -> AlertText
    /// More does not fit into a pipe that nobody reads yet (65536 bytes), in base64 and with letters of up to four bytes.
    private static let longest = 8000

    public init(
        program: String, from: String?, to: [String], limit: Duration = .seconds(20),
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
        let body = String(words.body(of: alert).prefix(Self.longest))
        let message = MailMessage(
            from: from, to: to, subject: words.subject(of: alert), body: body, date: alert.at, id: alert.id, host: words.host)
        let outcome: Outcome
        do {
            outcome = try await run(message.text)
        } catch let fault as AlertFault {
            throw fault
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
        let (input, said) = (Pipe(), try LastWords())
        try Self.fill(input, message)
        let child = Process()
        child.executableURL = URL(fileURLWithPath: program)
        child.arguments = ["-t", "-i"]
        child.standardInput = input
        child.standardOutput = FileHandle.nullDevice
        child.standardError = said.pipe
        let (ends, tell) = AsyncStream<Int32>.makeStream()
        child.terminationHandler = { ended in
            tell.yield(ended.terminationStatus)
            tell.finish()
        }
        try child.run()
        try input.fileHandleForWriting.close()
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
        return .ended(status, said.text)
    }

    /// All of it before the program starts: one that does not read holds nobody up. No file, because a full disk is the first thing to be
    /// told, and because a profile of AppArmor lets such programs read files of few places only.
    private static func fill(_ pipe: Pipe, _ message: String) throws(AlertFault) {
        let (descriptor, bytes) = (pipe.fileHandleForWriting.fileDescriptor, Array(message.utf8))
        guard fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0, write(descriptor, bytes, bytes.count) == bytes.count else {
            throw AlertFault("a mail of \(bytes.count) bytes cannot be handed over (\(String(cString: strerror(errno)))): see `ulimit -n`")
        }
    }
}
