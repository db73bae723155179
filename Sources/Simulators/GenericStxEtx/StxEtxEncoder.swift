// SPDX-License-Identifier: Apache-2.0
import Framing

/// An encoder of one of the ``StxEtxFamily`` with its lock system behind it, as a value.
struct StxEtxEncoder: DeviceMachine {
    private let options: SimulatorOptions
    private let family: StxEtxFamily
    private var faults: FaultSchedule
    private var codec: StxEtxCodec
    private var ear = Ear()
    private var work: Work?
    /// An answer that waits until the bridge has acknowledged the encoder's own ENQ.
    private var announced: Answer?
    /// What NAK asks to hear again.
    private var lastAnswer: Answer?
    private var cardOnEncoder: SimulatedCard?
    private var cardsCut = 0

    private struct Answer: Sendable {
        var code: String
        var body: [UInt8]
    }

    init(_ options: SimulatorOptions) throws(SimulatorFault) {
        self.options = options
        guard let family = options.profile.map({ StxEtxFamily(rawValue: $0) }) ?? .inhova else {
            throw SimulatorFault(
                "there is no profile '\(options.profile ?? "")': use one of \(StxEtxFamily.names.joined(separator: ", "))")
        }
        self.family = family
        faults = FaultSchedule(options.faults)
        codec = StxEtxCodec(family.parameters)
    }

    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) {
        faults.set(fault, occurrence)
    }

    mutating func loseLine() {
        codec.reset()
        work = nil
        announced = nil
        lastAnswer = nil
    }

    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction] {
        ear.hear(bytes, at: now, into: &codec)
        var actions: [DeviceAction] = []
        while let decoded = codec.next() {
            if faults.strikes(.silent) { continue }
            switch decoded {
            case .damaged: actions += refuse()
            case .frame(.enq): actions.append(.send([ControlByte.ack]))
            case .frame(.ack):
                lastAnswer = nil
                if let answer = announced {
                    announced = nil
                    actions += say(answer)
                }
            case .frame(.nak):
                if let answer = lastAnswer { actions += say(answer) }
            case .frame(.control): continue
            case .frame(.message(let body)): actions += hear(body, at: now)
            }
        }
        return actions
    }

    private mutating func hear(_ body: [UInt8], at now: Duration) -> [DeviceAction] {
        if faults.strikes(.nak) { return refuse() }
        let isBusy = work != nil || faults.strikes(.busy)
        if isBusy {
            if let byte = family.busyByte { return [.send([byte]), .report(.refused)] }
            if family.code(.busy) == nil { return refuse() }
        }
        let order = StxEtxOrder(body, from: family)
        let received = DeviceAction.report(.orderReceived(command: order.command, rooms: order.rooms))
        return acknowledgement + [received] + take(order, isBusy: isBusy, at: now)
    }

    private var acknowledgement: [DeviceAction] { family.acknowledges ? [.send([ControlByte.ack])] : [] }

    /// A family that says no NAK stays silent.
    private func refuse() -> [DeviceAction] {
        (family.acknowledges ? [.send([ControlByte.nak])] : []) + [.report(.refused)]
    }

    private mutating func take(_ order: StxEtxOrder, isBusy: Bool, at now: Duration) -> [DeviceAction] {
        if isBusy { return answer(family.code(.busy), to: order) }
        if order.kind == .nonsense { return answer(family.code(.nonsense), to: order) }
        if let only = options.encoder, only != order.encoder { return answer(family.code(.nonsense), to: order) }
        if order.kind != .read {
            let isKnown = options.rooms?.isSuperset(of: order.rooms) ?? true
            if !isKnown || faults.strikes(.unknownRoom) { return answer(family.code(.unknownRoom), to: order) }
        }
        if faults.strikes(.timeout) { return [] }
        if faults.strikes(.unplugMidJob) {
            work = Work(order: nil, wait: .until(now + options.unplugAfter))
            return []
        }
        let heldUntil = order.kind != .read && faults.strikes(.lateAnswer) ? now + options.lateBy : nil
        work = Work(order: order, wait: waitForCard(at: now), heldUntil: heldUntil)
        return []
    }

    private mutating func answer(_ code: String?, to order: StxEtxOrder) -> [DeviceAction] {
        guard let code else { return refuse() }
        let answer = Answer(code: code, body: family.answer(code, to: order, card: cardOnEncoder))
        guard family.enquires else { return say(answer) }
        announced = answer
        return [.send([ControlByte.enq])]
    }

    /// Sends an answer, or a damaged one.
    private mutating func say(_ answer: Answer) -> [DeviceAction] {
        lastAnswer = family.wantsAcknowledgement ? answer : nil
        var bytes = codec.encode(.message(answer.body))
        if faults.strikes(.badChecksum) { bytes[bytes.count - (family.parameters.checkPlace == .beforeEnd ? 2 : 1)] ^= 0x01 }
        if faults.strikes(.cutAnswer) { bytes.removeLast(bytes.count / 2) }
        let stray: [DeviceAction] = family.strayBeforeAnswer.isEmpty ? [] : [.send(family.strayBeforeAnswer)]
        return stray + [.send(bytes), .report(.answered(answer.code))]
    }
}

// MARK: - What is in hand

extension StxEtxEncoder {
    private struct Work: Sendable {
        /// `nil`: the plug is about to be pulled.
        var order: StxEtxOrder?
        var done = 0
        var wait: Wait
        var heldUntil: Duration?
        /// Everything is done, the answer is kept back.
        var isFinished = false

        enum Wait: Sendable {
            case until(Duration)
            case inVain(until: Duration)

            var end: Duration {
                switch self {
                case .until(let end), .inVain(let end): end
                }
            }
        }
    }

    var nextDeadline: Duration? { work?.wait.end }

    private mutating func waitForCard(at now: Duration) -> Work.Wait {
        if faults.strikes(.noCard) || options.cardDelay >= options.cardLimit { return .inVain(until: now + options.cardLimit) }
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
        guard let order = work.order else { return [.unplug(for: options.absence)] }
        if case .inVain = work.wait { return answer(family.code(.noCard), to: order) }
        if order.kind == .read || work.isFinished { return answer(family.done(order), to: order) }
        let card = cut(order, copy: work.done + 1)
        var next = work
        next.done += 1
        guard next.done == order.count else {
            next.wait = waitForCard(at: work.wait.end)
            self.work = next
            return [.report(.cardCut(card))]
        }
        if let heldUntil = work.heldUntil, heldUntil > work.wait.end {
            next.wait = .until(heldUntil)
            next.isFinished = true
            self.work = next
            return [.report(.cardCut(card))]
        }
        return [.report(.cardCut(card))] + answer(family.done(order), to: order)
    }

    private mutating func cut(_ order: StxEtxOrder, copy: Int) -> SimulatedCard {
        cardsCut += 1
        let digits = String(cardsCut, radix: 16, uppercase: true)
        let card = SimulatedCard(
            number: cardsCut, copy: copy, of: order.count, command: order.command, rooms: order.rooms, from: order.from, till: order.till,
            serial: "04A1B2" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits)
        cardOnEncoder = card
        return card
    }
}
