// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import LocalEndpoint

/// `status` for people: one row an encoder, below it what is wrong and what to do; fits 80 columns.
enum StatusPage {
    static func isWell(_ document: BridgeStatusDocument) -> Bool {
        document.encoders.allSatisfy { $0.state == .ready || $0.state == .busy }
            && document.connectors.allSatisfy { $0.state == .connected }
    }

    static func text(_ document: BridgeStatusDocument, now: Date) -> String {
        var lines: [String] = []
        if document.encoders.isEmpty { lines.append("no encoder is configured") }
        for encoder in document.encoders {
            let jobs = encoder.queued + (encoder.currentJob == nil ? 0 : 1)
            let work = jobs > 0 ? "  \(jobs) job\(jobs == 1 ? "" : "s")" : ""
            lines.append(
                "\(encoder.name.text.padded(16)) \(encoder.state.rawValue.padded(8)) \(encoder.driver.padded(18)) "
                    + (encoder.port.address ?? encoder.port.match) + work)
            if encoder.port.strength == .port {
                lines.append("    no usable serial number: bound to its USB socket, do not move the plug")
            }
            if encoder.state == .absent {
                let advice = "not there: looking for \(encoder.port.match); `encoder-bridge probe` lists what is"
                lines.append("    " + wrapped(advice, indent: 4))
            }
            if let last = encoder.lastFault {
                let detail = last.fault.detail.map { " (\($0))" } ?? ""
                lines.append("    \(age(last.at, now: now)) ago: \(last.fault.kind.code)\(detail)")
                lines.append("    " + wrapped(last.fault.kind.technicianAdvice, indent: 4))
            }
        }
        for connector in document.connectors {
            let property = connector.property.map { "  \($0)" } ?? ""
            lines.append(
                "\(connector.name.padded(16)) \(connector.state.rawValue.padded(10)) since \(age(connector.since, now: now))\(property)")
            if let reason = connector.reason {
                lines.append("    " + wrapped(reason, indent: 4))
            } else if connector.state != .connected, let problem = connector.lastProblem {
                lines.append("    " + wrapped(problem, indent: 4))
            }
        }
        lines.append(
            "\("queue".padded(16)) \(document.queue.unfinishedJobs) unfinished, \(document.queue.undeliveredReports) reports to deliver")
        return lines.joined(separator: "\n")
    }
}
