// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Logging

/// What the connector tells people: one log line for each change of state, the last problem, and what is wrong now.
extension MewsConnector {
    /// How the connection stands, with everything that is wrong with it.
    public var status: ConnectorStatus {
        get async {
            var status = board
            status.outbox = try? await journal.outboxDepth()
            if let oldest = outgoing.oldest { status.oldestReportAt = time.now().addingTimeInterval(-(time.uptime() - oldest).seconds) }
            status.clockSkew = ahead.map { ($0 * 10).rounded() / 10 }
            status.problems = problems(status)
            return status
        }
    }

    private var ahead: TimeInterval? { clock.ahead(of: time.now(), at: time.uptime()) }

    /// How long a report may wait before somebody must know: a PMS waits 20 s for a key.
    private static let reportPatience: Duration = .seconds(30)
    private static let saysAgainAfter: Duration = .seconds(3600)
    private static let intakePatience: TimeInterval = 10
    private static let remembersCardsFor: Duration = .seconds(3600)

    private func problems(_ status: ConnectorStatus) -> [HealthProblem] {
        var problems: [HealthProblem] = []
        let name = board.name
        if let tokenTrouble, board.state != .stopped { problems.append(HealthProblem(.connector, subject: name, tokenTrouble)) }
        if let trouble = intakeTrouble, time.now().timeIntervalSince(trouble.since) >= Self.intakePatience {
            problems.append(
                HealthProblem(.connector, subject: name, since: trouble.since, "commands cannot be taken from Mews: \(trouble.sentence)"))
        }
        if let oldest = outgoing.oldest, time.uptime() - oldest >= Self.reportPatience {
            let count = status.outbox ?? outgoing.count
            problems.append(
                HealthProblem(
                    .reports, subject: name, since: status.oldestReportAt,
                    "\(count) \(count == 1 ? "report has" : "reports have") not reached Mews: clerks see these keys as pending"
                        + (board.lastProblem.map { ". Last problem: \($0)" } ?? "")))
        }
        if let ahead, abs(ahead) > MewsClock.worthWarning {
            problems.append(HealthProblem(.clock, subject: name, Self.sentence(ahead: ahead)))
        }
        if let problem = zone.problem(configured: configuration.timeZone) { problems.append(problem) }
        problems += cutAfterwards.filter { time.uptime() - $0.at < Self.remembersCardsFor }.map(\.problem)
        problems += unmapped.values.filter { time.uptime() - $0.at < Self.remembersCardsFor }.map(\.problem)
        return problems
    }

    private static func sentence(ahead: TimeInterval) -> String {
        "This machine's clock is \(Int(abs(ahead).rounded())) s \(ahead > 0 ? "behind" : "ahead of") Mews: set it with NTP "
            + "(`timedatectl set-ntp true`). Orders are judged by Mews' clock meanwhile"
    }

    // MARK: The clock

    /// A step of this machine's clock is said, and Mews is asked for its time again.
    func lookAtTheClock() async {
        guard let step = wallClock.look(wall: time.now(), uptime: time.uptime()) else { return }
        logger.warning("This machine's clock was set \(step > 0 ? "forward" : "back") by \(Int(abs(step).rounded())) s")
        await measureClock()
        warnOfTheClock()
    }

    func warnOfTheClock() {
        // It is one of the problems that the log of problems says.
        if let ahead, abs(ahead) > MewsClock.worthWarning { trouble(Self.sentence(ahead: ahead), isLogged: false) }
    }

    // MARK: What happened

    func note(_ event: ConnectionMachine.Event, hadSocket: Bool) {
        switch event {
        case .failed(_, let problem), .intakeFailed(let problem), .unauthorised(let problem): trouble(problem.sentence)
        // One that we have closed ourselves, or given up before, is no news.
        case .socketClosed(_, let reason) where hadSocket && !machine.socketIsOpen:
            trouble("The socket to Mews closed (\(reason)): the bridge connects again")
        default: break
        }
    }

    /// Keeps the sentence for `status`, and logs it once however often it repeats: Mews numbers its requests, and two troubles may take turns.
    func trouble(_ sentence: String, isLogged: Bool = true) {
        let words = String(sentence.prefix { $0 != "[" })
        let now = time.uptime()
        if isLogged, logged[words].map({ now - $0 > Self.saysAgainAfter }) ?? true { logger.warning("\(sentence)") }
        if logged.count > 100 { logged = [:] }
        logged[words] = now
        board.lastProblem = sentence
        board.lastProblemAt = time.now()
    }

    /// A card exists whose order the PMS had taken back.
    func noteCutAfterwards(_ report: Report, _ note: String) {
        let command = report.externalID.prefix(8)
        let sentence = "a key was cut after its command was closed in Mews (command \(command)): take the card back. \(note)"
        let problem = HealthProblem(.keyCutter, subject: board.name, since: time.now(), sentence)
        cutAfterwards = cutAfterwards.suffix(9) + [(time.uptime(), problem)]
    }

    /// A key was ordered at a key cutter that nobody mapped. Who maps it reloads the bridge, and a new connector knows nothing of it.
    func noteUnmapped(_ request: JobRequest) {
        guard case .rejected(let reason)? = request.refusal?.kind, unmapped.count < 10 || unmapped[request.encoder] != nil else { return }
        let problem = HealthProblem(.keyCutter, subject: board.name, since: time.now(), "a key was not made: \(reason)")
        unmapped[request.encoder] = (time.uptime(), problem)
    }

    func halt(_ reason: String) {
        board.state = .stopped
        board.reason = reason
        board.since = time.now()
        logger.error("The connector to Mews has stopped. \(reason)")
    }

    func show(from before: ConnectionMachine.Phase) {
        let state: ConnectorStatus.State =
            switch machine.phase {
            case .connected: .connected
            case .stopped: .stopped
            case .idle, .authenticating, .readingProperty, .openingSocket, .catchingUp, .waiting: .connecting
            }
        if case .stopped(let reason) = machine.phase { return halt(reason) }
        guard board.state != state else { return }
        board.state = state
        board.reason = nil
        board.since = time.now()
        switch state {
        case .connected: logger.info("Connected to Mews", metadata: ["property": "\(board.property ?? "?")"])
        case .connecting: logger.info("Connecting to Mews")
        case .stopped: break
        }
    }
}
