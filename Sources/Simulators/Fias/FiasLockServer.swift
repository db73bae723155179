// SPDX-License-Identifier: Apache-2.0
import Framing

/// A lock maker's server with encoders behind it, as a value: what a PMS, or the bridge in its place, speaks FIAS to.
struct FiasLockServer: DeviceMachine {
    private let options: SimulatorOptions
    private var faults: FaultSchedule
    private var speech: FiasSpeech
    private var isAlive = false
    /// Keys that are being made, one an encoder (KC).
    private var work: [String: Work] = [:]
    private var cardsCut = 0
    private var lastCard: [String: FiasRecord] = [:]
    private var enquiryDue: Duration?
    private var now = Duration.zero

    private struct Work: Sendable {
        enum Step: Sendable { case cutting, answering, unplugging }
        var step: Step
        var order: FiasRecord
        var due: Duration
        var answer: FiasRecord?
    }

    init(_ options: SimulatorOptions) {
        self.options = options
        faults = FaultSchedule(options.faults)
        speech = FiasSpeech(isSerial: options.network == nil)
    }

    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) { faults.set(fault, occurrence) }

    /// A server that loses its line goes on with the cards in hand.
    mutating func loseLine() {
        speech.reset()
        isAlive = false
        enquiryDue = nil
    }

    var nextDeadline: Duration? { (work.values.map(\.due) + [enquiryDue].compactMap(\.self)).min() }

    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction] {
        self.now = now
        if faults.strikes(.silent) { return [] }
        var refused = 0
        var schedule = faults
        let heard = speech.hear(bytes) {
            guard schedule.strikes(.nak) else { return false }
            refused += 1
            return true
        }
        faults = schedule
        var actions = disturbed(heard.replies) + Array(repeating: DeviceAction.report(.refused), count: refused)
        for record in heard.records { actions += take(record, at: now) }
        return glued(actions)
    }

    mutating func advance(to now: Duration) -> [DeviceAction] {
        self.now = now
        var actions: [DeviceAction] = []
        if let due = enquiryDue, due <= now {
            let bytes = speech.enquiry()
            enquiryDue = bytes.isEmpty ? nil : now + .seconds(3)
            if !bytes.isEmpty { actions.append(.send(bytes)) }
        }
        for (encoder, task) in work.sorted(by: { $0.key < $1.key }) where task.due <= now {
            work[encoder] = nil
            switch task.step {
            case .unplugging: actions.append(.unplug(for: options.absence))
            case .answering: if let answer = task.answer { actions += say(answer) + [.report(.answered(answer["AS"] ?? ""))] }
            case .cutting: actions += cut(task.order, on: encoder, at: now)
            }
        }
        return actions
    }

    // MARK: Records

    private mutating func take(_ record: FiasRecord, at now: Duration) -> [DeviceAction] {
        switch record.kind {
        case "LS": return declare()
        case "LA":
            isAlive = true
            return []
        case "LE":
            isAlive = false
            return say(FiasRecord("LE"))
        case "KR" where isAlive: return order(record, at: now)
        case "KD" where isAlive: return notice(record, room: record["RN"] ?? "")
        case "KM" where isAlive: return notice(record, room: record["RO"] ?? "")
        case "KZ" where isAlive:
            let encoder = record["KC"] ?? ""
            guard let card = lastCard[encoder] else { return say(answer(to: record, "RY").adding("CT", "No card")) }
            let tags = ["RN", "G#", "GD", "DT", "KO", "SI"]
            return say(
                FiasRecord("KZ", answer(to: record, "OK").fields + tags.compactMap { tag in card[tag].map { .init(tag, $0) } }))
        default: return []
        }
    }

    /// Keys that it has made end (KD), or open another room or longer (KM). KM is nobody's without a reservation.
    private mutating func notice(_ record: FiasRecord, room: String) -> [DeviceAction] {
        let rooms = [record["RN"] ?? "", record["RO"]].compactMap(\.self)
        let received = DeviceAction.report(.orderReceived(command: record.kind, rooms: rooms))
        if faults.strikes(.timeout) { return [received] }
        var status = knows(rooms) && !faults.strikes(.unknownRoom) ? "OK" : "UR"
        if record.kind == "KM", record["G#"] == nil { status = "NG" }
        if faults.strikes(.denied) { status = "DN" }
        if faults.strikes(.noResponse) { status = "NR" }
        let isOver = status == "OK" && !room.isEmpty
        return [received] + (isOver ? [.report(.checkedOut(room: room))] : []) + say(answer(to: record, status))
    }

    private mutating func declare() -> [DeviceAction] {
        let silent = faults.strikes(.noDeclarations)
        let records =
            silent
            ? [FiasRecord("LA")]
            : [
                FiasRecord("LD", [.init("V#", "SIM 1"), .init("IF", "DL")]),
                FiasRecord("LR", [.init("RI", "KR"), .init("FL", "KCKTRNG#GAGDDTGNSIKOWS")]),
                FiasRecord("LR", [.init("RI", "KD"), .init("FL", "KCRNG#WS")]),
                FiasRecord("LR", [.init("RI", "KM"), .init("FL", "KCRNROG#GDDTWS")]),
                FiasRecord("LR", [.init("RI", "KZ"), .init("FL", "KCWS")]),
                FiasRecord("LR", [.init("RI", "KA"), .init("FL", "ASKCWSCT$2")]), FiasRecord("LA"),
            ]
        if silent { isAlive = true }
        return records.flatMap { say($0) }
    }

    private mutating func order(_ record: FiasRecord, at now: Duration) -> [DeviceAction] {
        let encoder = record["KC"] ?? ""
        let rooms = [record["RN"] ?? ""] + (record["SI"] ?? "").split(separator: ";").map(String.init)
        let received = DeviceAction.report(.orderReceived(command: "KR", rooms: rooms))
        func refuse(_ status: String, _ text: String) -> FiasRecord { answer(to: record, status).adding("CT", text) }
        var refusal: FiasRecord?
        if work[encoder] != nil || faults.strikes(.busy) { refusal = refuse("BY", "Encoder is busy") }
        if let only = options.encoder, only != encoder { refusal = refuse("NF", "No such encoder") }
        if !knows(rooms) || faults.strikes(.unknownRoom) { refusal = refuse("UR", "Room unknown") }
        if faults.strikes(.retry) { refusal = refuse("RY", "Please try again") }
        if faults.strikes(.denied) { refusal = refuse("DN", "Not allowed") }
        if faults.strikes(.noResponse) { refusal = refuse("NR", "Encoder does not respond") }
        if let refusal { return [received] + say(refusal) + [.report(.answered(refusal["AS"] ?? ""))] }
        if faults.strikes(.timeout) { return [received] }
        if faults.strikes(.unplugMidJob) {
            work[encoder] = Work(step: .unplugging, order: record, due: now + options.unplugAfter)
        } else if faults.strikes(.noCard) {
            work[encoder] = Work(step: .answering, order: record, due: now + options.cardLimit, answer: refuse("RY", "No card"))
        } else {
            work[encoder] = Work(step: .cutting, order: record, due: now + options.cardDelay)
        }
        return [received]
    }

    private mutating func cut(_ order: FiasRecord, on encoder: String, at now: Duration) -> [DeviceAction] {
        cardsCut += 1
        let serial = "04A1B2" + String(String(cardsCut + 100_000_000).dropFirst())
        let rooms = [order["RN"] ?? ""] + (order["SI"] ?? "").split(separator: ";").map(String.init)
        let card = SimulatedCard(
            number: cardsCut, command: "KR " + (order["KT"] ?? ""), rooms: rooms, from: order["GA"] ?? "",
            till: (order["GD"] ?? "") + " " + (order["DT"] ?? ""), serial: serial)
        lastCard[encoder] = order
        var reply = answer(to: order, "OK").adding("$2", serial)
        if faults.strikes(.wrongWorkstation) {
            reply.fields = reply.fields.map { $0.tag == "WS" ? .init("WS", "OTHER") : $0 }
        }
        let cutNow: [DeviceAction] = [.report(.cardCut(card))]
        if faults.strikes(.lateAnswer) {
            work[encoder] = Work(step: .answering, order: order, due: now + options.lateBy, answer: reply)
            return cutNow
        }
        return cutNow + say(reply) + [.report(.answered("OK"))]
    }

    private func answer(to record: FiasRecord, _ status: String) -> FiasRecord {
        let kind = record.kind == "KZ" ? "KZ" : "KA"
        return FiasRecord(
            kind, [.init("AS", status), .init("KC", record["KC"] ?? ""), .init("WS", record["WS"] ?? "")])
    }

    private func knows(_ rooms: [String]) -> Bool { options.rooms?.isSuperset(of: rooms) ?? true }

    // MARK: The line

    private mutating func say(_ record: FiasRecord) -> [DeviceAction] {
        let bytes = speech.say(record)
        if speech.isSerial, enquiryDue == nil { enquiryDue = now + .seconds(3) }
        return disturbed(bytes)
    }

    /// Bytes as the line gives them: lost, doubled, bent or behind an ENQ that nobody asked for.
    private mutating func disturbed(_ bytes: [UInt8]) -> [DeviceAction] {
        guard !bytes.isEmpty else { return [] }
        var bytes = bytes
        let middle = bytes.count / 2
        if faults.strikes(.lostByte) { bytes.remove(at: middle) }
        if faults.strikes(.doubledByte), middle < bytes.count { bytes.insert(bytes[middle], at: middle) }
        if faults.strikes(.badChecksum), let last = bytes.indices.last { bytes[last] ^= 0x40 }
        if faults.strikes(.strayEnquiry) { bytes = [0x05] + bytes }
        if faults.strikes(.cutAnswer), bytes.count > 4 {
            return [.send(Array(bytes[..<middle])), .send(Array(bytes[middle...]))]
        }
        return bytes.isEmpty ? [] : [.send(bytes)]
    }

    /// Everything that is said at once in one piece, where a fault wants that.
    private mutating func glued(_ actions: [DeviceAction]) -> [DeviceAction] {
        guard faults.strikes(.gluedRecords) else { return actions }
        var bytes: [UInt8] = []
        var others: [DeviceAction] = []
        for action in actions {
            if case .send(let some) = action { bytes += some } else { others.append(action) }
        }
        return (bytes.isEmpty ? [] : [.send(bytes)]) + others
    }
}
