// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What the technician sees, as the template has it. English, like everything for technicians.
struct TechnicianView {
    struct Encoder {
        var name: String
        var index: Int
        var rows: [Row]
        var canSelfTest: Bool
        var canTestCard: Bool
        /// The newest first.
        var frames: [Frame]
        var hasFrames: Bool
        var count: Int
    }

    struct Frame {
        var at: String
        var direction: String
        var bytes: Int
        var kind: String
    }

    struct Row {
        var name: String
        var value: String
    }

    struct Lock {
        var name: String
        var look: String
        var state: String
        var battery: String
        var codes: String
        var backups: String
        var heard: String
    }

    struct Door {
        var door: String
        var reservation: String
        var state: String
        var look: String
        var reason: String
    }

    var locks: [Lock]
    var hasLocks: Bool
    /// Grants that are not as they should be, with the reason.
    var doors: [Door]
    var hasDoors: Bool
    var problems: [Row]
    var hasProblems: Bool
    var encoders: [Encoder]
    var rows: [Row]

    init(_ facts: DeskFacts) {
        locks = (facts.access?.locks ?? []).map { lock in
            Lock(
                name: lock.name, look: lock.isOnline ? "good" : "bad", state: lock.state, battery: lock.battery.map { "\($0) %" } ?? "",
                codes: "\(lock.codes) of \(lock.slots)", backups: "\(lock.backupCodes)", heard: lock.heardAt.map(facts.time) ?? "")
        }
        hasLocks = !locks.isEmpty
        doors = (facts.access?.doors ?? []).filter { $0.look != .good || $0.reason != nil }.prefix(DoorRow.most).map { door in
            Door(
                door: "\(door.door) (\(door.lock))", reservation: door.reservation, state: door.state, look: door.look.rawValue,
                reason: door.reason ?? "")
        }
        hasDoors = !doors.isEmpty
        problems = facts.problems.map { problem in
            Row(name: [problem.area.rawValue, problem.subject].filter { !$0.isEmpty }.joined(separator: " "), value: problem.sentence)
        }
        hasProblems = !problems.isEmpty
        encoders = facts.encoders.enumerated().map { index, encoder in
            var rows = [
                Row(name: "state", value: encoder.state.rawValue),
                Row(name: "driver", value: "\(encoder.driver) (\(encoder.kind.rawValue))"),
                Row(name: "port", value: encoder.port.address ?? "not there: \(encoder.port.match)"),
                Row(name: "found by", value: encoder.port.match + (encoder.port.strength.map { ", \($0.rawValue)" } ?? "")),
                Row(name: "capabilities", value: encoder.capabilities.map(\.rawValue).joined(separator: ", ")),
            ]
            func add(_ name: String, _ value: String?) { if let value { rows.append(Row(name: name, value: value)) } }
            add("model", encoder.identity?.model)
            add("firmware", encoder.identity?.firmware)
            add("serial number", encoder.identity?.serial)
            add("last answer", encoder.lastSeen.map(facts.time))
            if let last = encoder.lastFault {
                add("last fault", "\(facts.time(last.at)): \(last.fault.kind.code)\(last.fault.detail.map { " (\($0))" } ?? "")")
                add("for the clerk", last.fault.advice)
                add("for the technician", last.fault.kind.technicianAdvice)
            }
            add("test card", facts.withoutTestCard[encoder.name])
            let frames = (facts.frames[encoder.name] ?? []).reversed().map { frame in
                Frame(
                    at: facts.fineTime(frame.at), direction: frame.direction.rawValue,
                    bytes: frame.bytes, kind: frame.kind)
            }
            return Encoder(
                name: encoder.name.text, index: index, rows: rows, canSelfTest: encoder.capabilities.contains(.selfTest),
                canTestCard: facts.withoutTestCard[encoder.name] == nil, frames: frames, hasFrames: !frames.isEmpty, count: frames.count)
        }
        rows = facts.connectors.map { connector in
            let reason = connector.reason ?? (connector.state == .connected ? nil : connector.lastProblem)
            return Row(
                name: connector.name,
                value: "\(connector.state.rawValue) since \(facts.time(connector.since))" + (reason.map { ": \($0)" } ?? ""))
        }
        rows.append(Row(name: "queue", value: "\(facts.waiting.count) unfinished"))
        rows.append(Row(name: "outbox", value: "\(facts.undeliveredReports) reports wait"))
        rows.append(Row(name: "hotel's clock", value: "\(facts.time(facts.now)) (\(facts.zone.identifier))"))
    }
}
