// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import LocalEndpoint

/// `status` for people: one row an encoder, below it the last fault with its age and what to do; fits 80 columns.
package struct StatusPage {
    let ink: Ink

    package init(_ ink: Ink = .plain) { self.ink = ink }

    package func text(_ document: BridgeStatusDocument, now: Date) -> String {
        var lines = document.problems.filter { !Self.standsBelow($0) }.flatMap { row($0, now: now) }
        if document.encoders.isEmpty { lines.append("no encoder works here") }
        let width = max(10, min(24, document.encoders.map(\.name.text.count).max() ?? 0))
        for encoder in document.encoders {
            lines += rows(encoder, width: width, now: now)
            lines += document.queue.waiting.filter { $0.encoder == encoder.name }.prefix(1).flatMap { rows($0, now: now) }
        }
        for connector in document.connectors { lines += rows(connector, width: width, now: now) }
        if let access = document.access { lines.append(row(access, width: width)) }
        let reports = document.queue.undeliveredReports
        lines.append(
            "\("queue".padded(width))  \(document.queue.unfinishedJobs) unfinished, \(reports) report\(reports == 1 ? "" : "s") to deliver")
        return lines.joined(separator: "\n")
    }

    /// `door codes  12 on 9 locks, 1 lock offline, 2 overdue; encoder-bridge access`
    private func row(_ access: AccessFigures, width: Int) -> String {
        func count(_ state: String) -> Int { access.grants[state] ?? 0 }
        func locks(_ number: Int) -> String { "\(number) lock\(number == 1 ? "" : "s")" }
        let trouble = access.locksOffline + count("failed") + count("overdue") + access.withoutCode
        let words = [
            "\(count("set")) on \(locks(access.locks))", access.locksOffline > 0 ? "\(locks(access.locksOffline)) offline" : nil,
            count("failed") > 0 ? "\(count("failed")) failed" : nil, count("overdue") > 0 ? "\(count("overdue")) overdue" : nil,
            access.withoutCode > 0 ? "\(access.withoutCode) without a code" : nil,
            trouble > 0 ? "see `encoder-bridge access`" : nil,
        ]
        return "\("door codes".padded(width))  " + wrapped(words.compactMap(\.self).joined(separator: ", "), indent: width + 2)
    }

    /// Encoders and connectors have rows of their own, with the reason below.
    private static func standsBelow(_ problem: HealthProblem) -> Bool { problem.area == .encoder || problem.area == .connector }

    /// `! disk  /var/lib: 2 MB are free: ...`
    private func row(_ problem: HealthProblem, now: Date) -> [String] {
        let isTrouble = problem.weight == .trouble
        let subject = problem.subject.isEmpty ? "" : "\(problem.subject): "
        let since = problem.since.map { " (since \(age($0, now: now)))" } ?? ""
        let text = "\(problem.area.rawValue)  \(subject)\(problem.sentence)\(since)"
        return [ink(isTrouble ? .bad : .warn, isTrouble ? "!" : "-") + " " + wrapped(text, indent: 4)]
    }

    /// What is asked of a person now, for which room, since when.
    private func rows(_ job: WaitingJob, now: Date) -> [String] {
        let behind = job.behind == 0 ? "" : ", \(job.behind) behind it"
        let what = job.prompt ?? "\(job.state.rawValue), card \(min(job.copiesDone + 1, job.copies)) of \(job.copies)."
        let text = "\(what) Room \(job.rooms.joined(separator: ", ")), ordered \(age(job.since, now: now)) ago\(behind)."
        return ["    " + ink(.strong, wrapped(text, indent: 4))]
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
        if encoder.state == .ready, encoder.lastSeen == nil { below("It has not been heard yet: cut a test key.") }
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
