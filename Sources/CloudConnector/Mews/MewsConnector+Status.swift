// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging

/// What the connector tells people: one log line for each change of state, and the last problem.
extension MewsConnector {
    func note(_ event: ConnectionMachine.Event) {
        switch event {
        case .failed(_, let problem), .intakeFailed(let problem), .unauthorised(let problem): trouble(problem.sentence)
        case .socketClosed(_, let reason): trouble("The socket to Mews closed (\(reason)): the bridge connects again")
        default: break
        }
    }

    /// Keeps the sentence for `status`, and logs it once however often it repeats.
    func trouble(_ sentence: String) {
        if board.lastProblem != sentence { logger.warning("\(sentence)") }
        board.lastProblem = sentence
        board.lastProblemAt = time.now()
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
