// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Jobs for people, 80 columns wide: two lines a job; one job with all that is known of it.
package struct JobsPage {
    let zone: TimeZone

    package init(zone: TimeZone) { self.zone = zone }

    package func text(_ jobs: [Job]) -> String {
        guard !jobs.isEmpty else { return "No job fits." }
        return jobs.map { job in
            let keys = job.order.copies == 1 ? "1 key" : "\(job.copiesDone) of \(job.order.copies) keys"
            let words = [rooms(job), keys, job.order.reservationNumber.map { "reservation \($0)" }, job.fault.map { $0.kind.code }]
            let head = "\(when(job.createdAt))  \(job.state.rawValue.padded(9))  "
            return head + wrapped(words.compactMap(\.self).joined(separator: ", "), indent: 32)
                + "\n    \(job.id)  \(job.encoder), \(job.origin)"
        }.joined(separator: "\n")
    }

    package func text(_ job: Job, _ trail: [TrailEntry]) -> String {
        var lines = ["job \(job.id)"]
        func row(_ name: String, _ value: String?) {
            if let value { lines.append("    \(name.padded(12))" + wrapped(value, indent: 16)) }
        }
        row("state", job.state.rawValue)
        row("encoder", job.encoder.text)
        row("ordered by", job.origin.name + (job.externalID.map { ", its id \($0)" } ?? ""))
        row("rooms", rooms(job))
        row("reservation", job.order.reservationNumber)
        row("valid", "\(when(job.order.validFrom)) to \(when(job.order.validUntil))")
        row("keys", "\(job.copiesDone) of \(job.order.copies), mode \(job.order.mode.rawValue)")
        for remark in job.remarks { row("remark", remark) }
        if let fault = job.fault {
            row("fault", fault.kind.code + (fault.detail.map { " (\($0))" } ?? "") + ", card \(fault.card.rawValue)")
            row("clerk", fault.advice)
            row("technician", fault.kind.technicianAdvice)
        }
        lines.append("trail, in \(zone.identifier)")
        for entry in trail { lines.append("    \(when(entry.at))  " + wrapped("\(entry.state.rawValue): \(entry.note)", indent: 25)) }
        return lines.joined(separator: "\n")
    }

    package func json(_ jobs: [Job]) -> String { (try? JSONText.encode(["jobs": jobs.map(JobDocument.init)])) ?? "{}" }

    package func json(_ job: Job, _ trail: [TrailEntry]) -> String {
        (try? JSONText.encode(JobWithTrail(job: JobDocument(job), trail: trail))) ?? "{}"
    }

    private struct JobWithTrail: Encodable {
        var job: JobDocument
        var trail: [TrailEntry]
    }

    private func rooms(_ job: Job) -> String { job.order.lockIds.joined(separator: " ") }

    private func when(_ date: Date) -> String {
        let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: zone).year().month().day().time(
            includingFractionalSeconds: false)
        return date.formatted(style)
    }
}
