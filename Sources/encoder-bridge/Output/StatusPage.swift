// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import LocalEndpoint

/// `status` for people: one row an encoder, below it the last fault with its age and what to do; fits 80 columns.
struct StatusPage {
    let ink: Ink

    init(_ ink: Ink = .plain) { self.ink = ink }

    static func isWell(_ document: BridgeStatusDocument) -> Bool {
        document.encoders.allSatisfy { $0.state == .ready || $0.state == .busy }
            && document.connectors.allSatisfy { $0.state == .connected }
    }

    func text(_ document: BridgeStatusDocument, now: Date) -> String {
        var lines: [String] = []
        if document.encoders.isEmpty { lines.append("no encoder is configured") }
        let width = min(24, document.encoders.map(\.name.text.count).max() ?? 0)
        for encoder in document.encoders { lines += rows(encoder, width: max(width, 10), now: now) }
        for connector in document.connectors { lines += rows(connector, width: max(width, 10), now: now) }
        lines.append(
            "\("queue".padded(max(width, 10)))  \(document.queue.unfinishedJobs) unfinished,"
                + " \(document.queue.undeliveredReports) reports to deliver")
        return lines.joined(separator: "\n")
    }

    private func rows(_ encoder: EncoderStatus, width: Int, now: Date) -> [String] {
        let jobs = encoder.queued + (encoder.currentJob == nil ? 0 : 1)
        let words = [
            encoder.driver, card(encoder.card), jobs > 0 ? "\(jobs) job\(jobs == 1 ? "" : "s")" : nil,
            encoder.port.address ?? encoder.port.match,
        ]
        let head = "\(encoder.name.text.padded(width))  \(ink(tone(encoder.state), encoder.state.rawValue.padded(8)))  "
        var lines = [head + wrapped(words.compactMap(\.self).joined(separator: ", "), indent: width + 12)]
        func below(_ text: String) { lines.append("    " + wrapped(text, indent: 4)) }
        if encoder.port.strength == .port { below("No usable serial number: bound to its USB socket, do not move the plug.") }
        if encoder.state == .absent {
            below("Not there: looking for \(encoder.port.match). `encoder-bridge probe` lists what is.")
        }
        if let last = encoder.lastFault {
            let detail = last.fault.detail.map { " (\($0))" } ?? ""
            let isOver = encoder.state == .ready || encoder.state == .busy
            below(
                "\(age(last.at, now: now)) ago: \(last.fault.kind.code)\(detail)\(isOver ? "; over" : ""). \(last.fault.kind.technicianAdvice)"
            )
        }
        return lines
    }

    private func card(_ card: CardPresence) -> String? {
        switch card.state {
        case .present: "card" + (card.technology.map { " (\($0))" } ?? "") + " on it"
        case .absent: "no card on it"
        case .unknown: nil
        }
    }

    private func tone(_ state: EncoderState) -> Ink.Tone {
        switch state {
        case .ready, .busy: .good
        case .opening: .warn
        case .absent, .faulted: .bad
        }
    }

    private func rows(_ connector: ConnectorStatus, width: Int, now: Date) -> [String] {
        let tone: Ink.Tone =
            switch connector.state {
            case .connected: .good
            case .connecting: .warn
            case .stopped: .bad
            }
        let words = [
            "since \(age(connector.since, now: now))", connector.property,
            connector.outbox.map { "\($0) report\($0 == 1 ? "" : "s") waiting" },
        ]
        var lines = [
            "\(connector.name.padded(width))  \(ink(tone, connector.state.rawValue.padded(10)))  "
                + wrapped(words.compactMap(\.self).joined(separator: ", "), indent: width + 14)
        ]
        if let reason = connector.reason {
            lines.append("    " + wrapped(reason, indent: 4))
        } else if connector.state != .connected, let problem = connector.lastProblem {
            lines.append("    " + wrapped(problem, indent: 4))
        }
        return lines
    }
}
