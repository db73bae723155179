// SPDX-License-Identifier: Apache-2.0
import Framing

/// An encoder of the Industry Standard family with its lock system behind it, as a value.
struct IndustryStandardEncoder: DeviceMachine {
    private let options: SimulatorOptions
    private var faults: FaultSchedule
    private var codec = StxEtxCodec(.industryStandard)
    private var ear = Ear()
    private var work: Work?
    /// What NAK asks to hear again.
    private var lastAnswer: [String]?
    private var checkedOut: Set<String> = []
    private var cardOnEncoder: SimulatedCard?
    private var cardsCut = 0

    init(_ options: SimulatorOptions) {
        self.options = options
        faults = FaultSchedule(options.faults)
    }

    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) {
        faults.set(fault, occurrence)
    }

    mutating func loseLine() {
        codec.reset()
        work = nil
        lastAnswer = nil
    }

    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction] {
        ear.hear(bytes, at: now, into: &codec)
        var actions: [DeviceAction] = []
        while let decoded = codec.next() {
            if faults.strikes(.silent) { continue }
            switch decoded {
            case .damaged: actions += [.send([ControlByte.nak]), .report(.refused)]
            case .frame(.enq): actions.append(.send([ControlByte.ack]))
            case .frame(.nak):
                if let lastAnswer { actions += answer(lastAnswer) }
            case .frame(.control): lastAnswer = nil
            case .frame(.message(let body)):
                if faults.strikes(.nak) {
                    actions += [.send([ControlByte.nak]), .report(.refused)]
                } else {
                    actions.append(.send([ControlByte.ack]))
                    actions += take(HostMessage(body), at: now)
                }
            }
        }
        return actions
    }

    private mutating func take(_ message: HostMessage, at now: Duration) -> [DeviceAction] {
        switch message {
        case .nonsense(let encoder): return answer(["ES", encoder])
        case .checkOut(let room):
            let received = DeviceAction.report(.orderReceived(command: "CO", rooms: [room]))
            guard knows([room]) else { return [received] + answer(["TD", "0"]) }
            checkedOut.insert(room)
            return [received, .report(.checkedOut(room: room))] + answer(["CO", "0"])
        case .read(let encoder):
            let received = DeviceAction.report(.orderReceived(command: "LT", rooms: []))
            if let refusal = refusal(of: encoder) { return [received] + answer(refusal) }
            if faults.strikes(.timeout) { return [received] }
            work = Work(.reading(encoder: encoder), waitForCard(at: now))
            return [received]
        case .cards(let order):
            let received = DeviceAction.report(.orderReceived(command: order.command, rooms: order.rooms))
            if let refusal = refusal(of: order.encoder) ?? refusal(of: order) { return [received] + answer(refusal) }
            if faults.strikes(.timeout) { return [received] }
            if faults.strikes(.unplugMidJob) {
                work = Work(.unplugging, .until(now + options.unplugAfter))
                return [received]
            }
            let heldUntil = faults.strikes(.lateAnswer) ? now + options.lateBy : nil
            work = Work(.cutting(order, done: 0), waitForCard(at: now), heldUntil: heldUntil)
            return [received]
        }
    }

    private mutating func refusal(of encoder: String) -> [String]? {
        if work != nil || faults.strikes(.busy) { return ["OV", encoder] }
        if let only = options.encoder, only != encoder { return ["NC", encoder] }
        return nil
    }

    private mutating func refusal(of order: HostMessage.CardOrder) -> [String]? {
        if !knows(order.rooms) || faults.strikes(.unknownRoom) { return ["TD", order.encoder] }
        if order.kind == "CC", order.rooms.contains(where: checkedOut.contains) { return ["EA", order.encoder] }
        if order.kind == "CN" { checkedOut.subtract(order.rooms) }
        return nil
    }

    private func knows(_ rooms: [String]) -> Bool { options.rooms?.isSuperset(of: rooms) ?? true }

    /// Sends an answer, or a damaged one.
    private mutating func answer(_ fields: [String]) -> [DeviceAction] {
        lastAnswer = fields
        // Field texts are either ours or were read as printable; a row without fields would still be a frame.
        var bytes = codec.encode(.message(SeparatedFields(fields)?.body ?? []))
        if faults.strikes(.badChecksum) { bytes[bytes.count - 1] ^= 0x40 }
        if faults.strikes(.cutAnswer) { bytes.removeLast(bytes.count / 2) }
        return [.send(bytes), .report(.answered(fields[0]))]
    }
}

// MARK: - What is in hand

extension IndustryStandardEncoder {
    /// An order that takes time.
    private struct Work: Sendable {
        enum Subject: Sendable {
            case cutting(HostMessage.CardOrder, done: Int)
            case reading(encoder: String)
            case unplugging
            /// Everything is done, the answer is kept back.
            case answering([String])
        }

        enum Wait: Sendable {
            case until(Duration)
            /// No card will come: the answer to give when the patience is over.
            case inVain(until: Duration, code: String)

            var end: Duration {
                switch self {
                case .until(let end), .inVain(let end, _): end
                }
            }
        }

        var subject: Subject
        var wait: Wait
        var heldUntil: Duration?

        init(_ subject: Subject, _ wait: Wait, heldUntil: Duration? = nil) {
            self.subject = subject
            self.wait = wait
            self.heldUntil = heldUntil
        }
    }

    var nextDeadline: Duration? { work?.wait.end }

    /// EP where no card lay there at all, ED where the right one comes too late: the two ways in which the family says it.
    private mutating func waitForCard(at now: Duration) -> Work.Wait {
        if faults.strikes(.noCard) { return .inVain(until: now + options.cardLimit, code: "EP") }
        if options.cardDelay >= options.cardLimit { return .inVain(until: now + options.cardLimit, code: "ED") }
        return .until(now + options.cardDelay)
    }

    mutating func advance(to now: Duration) -> [DeviceAction] {
        var actions: [DeviceAction] = []
        while let work, work.wait.end <= now {
            self.work = nil
            actions += finish(work)
        }
        return actions
    }

    /// What happens when the wait is over. Counts from when it was due, so that a slow host does not make the device slow.
    private mutating func finish(_ work: Work) -> [DeviceAction] {
        let due = work.wait.end
        switch (work.subject, work.wait) {
        case (.unplugging, _): return [.unplug(for: options.absence)]
        case (.answering(let fields), _): return answer(fields)
        case (.cutting(let order, _), .inVain(_, let code)): return give([code, order.encoder], after: work)
        case (.reading(let encoder), .inVain(_, let code)): return answer([code, encoder])
        case (.reading(let encoder), .until): return answer(reading(for: encoder))
        case (.cutting(let order, let done), .until):
            let card = cut(order, copy: done + 1)
            guard done + 1 < order.count else {
                return [.report(.cardCut(card))]
                    + give([order.command, order.encoder] + (order.wantsSerial ? [card.serial] : []), after: work)
            }
            self.work = Work(.cutting(order, done: done + 1), waitForCard(at: due), heldUntil: work.heldUntil)
            return [.report(.cardCut(card))]
        }
    }

    /// Answers now, or when a late answer is due.
    private mutating func give(_ fields: [String], after work: Work) -> [DeviceAction] {
        guard let heldUntil = work.heldUntil, heldUntil > work.wait.end else { return answer(fields) }
        self.work = Work(.answering(fields), .until(heldUntil))
        return []
    }

    private mutating func cut(_ order: HostMessage.CardOrder, copy: Int) -> SimulatedCard {
        cardsCut += 1
        let digits = String(cardsCut, radix: 16, uppercase: true)
        let card = SimulatedCard(
            number: cardsCut, copy: copy, of: order.count, command: order.kind, rooms: order.rooms, from: order.from, till: order.till,
            serial: "04A1B2" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits)
        cardOnEncoder = card
        return card
    }

    /// The card that was cut last lies on the encoder; before that an unknown one does.
    private func reading(for encoder: String) -> [String] {
        guard let card = cardOnEncoder else { return ["LT", encoder, "LD"] }
        let rooms = (0..<4).map { card.rooms.indices.contains($0) ? card.rooms[$0] : "" }
        let state = card.rooms.contains(where: checkedOut.contains) ? "CO" : "CI"
        return ["LT", encoder] + rooms + [state, String(min(2, card.copy - 1)), "", card.from, card.till, ""]
    }
}
