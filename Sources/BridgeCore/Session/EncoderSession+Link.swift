// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// The rules of a link, in one place: late frames dropped before sending, time limits, what may be repeated, and
/// `writing` in the journal before a command that writes a card.
extension EncoderSession {
    typealias Frame = Driver.Codec.Frame
    typealias Instant = ContinuousClock.Instant

    func exchange(_ command: Command<Frame>, within limit: Duration) async throws(Fault) -> Frame {
        var attempt = 1
        while true {
            if let opening = command.opening { try await open(opening, for: command) }
            try await announce(command)
            try await dropLateFrames()
            if command.effect == .writesCard { order.isUnanswered = true }
            try await write(command.frame)
            do throws(Fault) {
                let reply = try await reply(by: .now + limit, withdrawable: command.withdrawable, command.repliedBy)
                if !command.refusedBy(reply) { return reply }
                order.isUnanswered = false
                guard attempt < command.attempts else {
                    // Its own word that it took nothing: the card is as it was.
                    throw Fault(command.refusal, card: .untouched, detail: "\(command.name) refused \(attempt) times")
                }
            } catch {
                guard error.kind == .timeout || error.kind == .malformedReply, command.effect == .none, attempt < command.attempts else {
                    throw error
                }
            }
            attempt += 1
            try await pause(command.pause)
        }
    }

    func expect(
        within limit: Duration, repair: Command<Frame>?, provesOrder: @Sendable (Frame) -> Bool
    ) async throws(Fault) -> Frame {
        let deadline = Instant.now + limit
        var repairs = 0
        var held: Frame?
        while true {
            let frame: Frame
            do throws(Fault) {
                let until = held == nil ? deadline : max(deadline, openQuestion?.until ?? deadline)
                frame = try await reply(by: until, atOnce: repairs < (repair?.attempts ?? 0), { _ in true })
            } catch {
                if error.kind == .timeout, let held {
                    // Nothing followed for as long as an encoder waits for a card: the one that came is ours.
                    openQuestion = nil
                    return answered(held)
                }
                guard error.kind == .malformedReply, let repair, repairs < repair.attempts else { throw error }
                repairs += 1
                try await write(repair.frame)
                continue
            }
            guard let question = openQuestion else { return answered(frame) }
            if held != nil {
                // A second answer: the one held back was the earlier order's.
                openQuestion = nil
                await host.note("the encoder answered after the bridge had given up: check that card", about: question.job)
                return answered(frame)
            }
            switch question.verdict(provesOrder: provesOrder(frame), now: .now) {
            case .ours: return answered(frame)
            case .hold:
                held = frame
                order.deadline = max(order.deadline, max(deadline, question.until) + .seconds(1))
                if let reply = driver.acknowledgement(ofUnasked: frame) { try await write(reply) }
            }
        }
    }

    func send(_ command: Command<Frame>) async throws(Fault) {
        try await announce(command)
        if command.effect == .writesCard {
            // An order that is not acknowledged: what comes from now on is its answer, so nothing older may be left.
            try await dropLateFrames()
            order.isUnanswered = true
        }
        try await write(command.frame)
    }

    func changeSpeed(_ baud: Int) async throws(Fault) {
        guard let port else { throw lineGone() }
        var line = driver.line
        line.baud = baud
        try await port.change(line)
        codec.reset()
    }

    // MARK: Parts

    private func answered(_ frame: Frame) -> Frame {
        order.isUnanswered = false
        return frame
    }

    /// Asks for the line (ENQ) until the encoder gives it.
    private func open(_ opening: Command<Frame>.Opening, for command: Command<Frame>) async throws(Fault) {
        for attempt in 1...max(1, opening.attempts) {
            try await dropLateFrames()
            try await write(opening.frame)
            do throws(Fault) {
                let reply = try await reply(by: .now + opening.within, { opening.acceptedBy($0) || opening.refusedBy($0) })
                if opening.acceptedBy(reply) { return }
                if attempt >= opening.attempts { throw Fault(.busy, detail: "not ready for \(command.name)") }
            } catch {
                guard error.kind == .timeout || error.kind == .malformedReply else { throw error }
                if attempt >= opening.attempts { throw Fault(.offline, detail: "no answer before \(command.name)") }
            }
            try await pause(opening.pause)
        }
    }

    /// Before a command that may write a card: keep `writing`, which also is the last moment to cancel.
    private func announce(_ command: Command<Frame>) async throws(Fault) {
        guard command.effect == .writesCard, !order.mayHaveWritten else { return }
        if let job = order.job {
            // Such an encoder takes the order first and then waits for the card: the prompt belongs to this state.
            let waits = Driver.manifest.kind == .lockMaker || command.withdrawable
            try await host.record(.writing(prompt: waits ? "Put a card on the encoder \(name)." : nil), of: job)
        }
        order.mayHaveWritten = true
    }

    /// Whatever came before we send belongs to something earlier. Dropped through the codec, so that a late answer is noticed. A frame
    /// that has begun is waited for, but not longer than an encoder may pause in it: a wreck would swallow our answer.
    private func dropLateFrames() async throws(Fault) {
        guard let port else { throw lineGone() }
        while let found = codec.next() { await unasked(found) }
        var wasWoken = false
        var patience: Instant?
        reading: while true {
            switch try await reading(port, by: patience ?? .now) {
            case .bytes(let bytes):
                codec.receive(bytes)
                while let found = codec.next() { await unasked(found) }
                if codec.endedBySilence == nil { patience = nil }
            case .woken: wasWoken = true
            case .deadline:
                guard let quiet = codec.endedBySilence else { break reading }
                guard patience != nil else {
                    patience = .now + quiet
                    continue
                }
                codec.silence()
                while let found = codec.next() { await unasked(found) }
                break reading
            }
        }
        // Kept for the wait that follows, which knows whether it may be broken off.
        if wasWoken { port.wake() }
    }

    private func write(_ frame: Frame) async throws(Fault) {
        guard let port else { throw lineGone() }
        do throws(Fault) {
            try await port.write(codec.encode(frame), by: min(.now + .seconds(5), order.deadline))
        } catch {
            throw judged(error)
        }
    }

    /// The next frame that fits. A damaged one is a fault only when nothing good came by the deadline, or `atOnce` where the caller
    /// can ask for it again.
    private func reply(
        by wish: Instant, atOnce: Bool = false, withdrawable: Bool = false, _ fits: (Frame) -> Bool
    ) async throws(Fault) -> Frame {
        let deadline = min(wish, order.deadline)
        var damage: String?
        while true {
            while let found = codec.next() {
                switch found {
                case .frame(let frame) where fits(frame):
                    order.repliesHeard += 1
                    return frame
                case .frame: await unasked(found)
                case .damaged(let why) where atOnce: throw judged(Fault(.malformedReply, detail: why))
                case .damaged(let why): damage = why
                }
            }
            guard let port else { throw lineGone() }
            let quiet = codec.endedBySilence.map { Instant.now + $0 }
            switch try await reading(port, by: min(deadline, quiet ?? deadline)) {
            case .bytes(let bytes): hear(bytes)
            case .deadline where quiet != nil: codec.silence()
            case .deadline:
                throw judged(damage.map { Fault(.malformedReply, detail: $0) } ?? Fault(.timeout, detail: "no answer"))
            case .woken: try await lookAround(withdrawable: withdrawable)
            }
        }
    }

    /// Waits, but not deaf: what comes meanwhile is a late frame, and a vanished port or a wish to cancel ends the wait.
    func pause(_ length: Duration) async throws(Fault) {
        guard length > .zero else { return }
        let deadline = Instant.now + length
        while Instant.now < deadline {
            guard let port else { throw lineGone() }
            switch try await reading(port, by: deadline) {
            case .bytes(let bytes):
                hear(bytes)
                while let found = codec.next() { await unasked(found) }
            case .deadline: return
            case .woken: try await lookAround()
            }
        }
    }

    /// Someone woke us in the middle of an exchange: the port left, or the job should be cancelled while that is still possible.
    private func lookAround(withdrawable: Bool = false) async throws(Fault) {
        for case .portLeft(let incarnation) in inbox where incarnation == machine.port?.incarnation { throw lineGone() }
        for case .portArrived(let arrived) in inbox where arrived.incarnation != machine.port?.incarnation { throw lineGone() }
        if Task.isCancelled, !order.mayHaveWritten {
            // What waits for a card goes on after the next start; an errand is over.
            throw order.job == nil ? Self.stopping : Fault(.interrupted, card: .untouched, detail: "the bridge stops")
        }
        guard let job = order.job, !order.withdrawn, !order.mayHaveWritten || withdrawable, await host.wantsCancel(job) else { return }
        order.withdrawn = true
        throw judged(Fault(.cancelled))
    }

    private func reading(_ port: any Port, by deadline: Instant) async throws(Fault) -> PortEvent {
        do throws(Fault) {
            return try await port.read(by: deadline)
        } catch {
            order.lineLost = true
            throw judged(error)
        }
    }

    private func hear(_ bytes: [UInt8]) {
        order.bytesHeard += bytes.count
        codec.receive(bytes)
    }

    private func lineGone() -> Fault {
        order.lineLost = true
        return judged(Fault(.offline, detail: "the port is gone"))
    }

    /// Where bytes came and none of them was an answer, the speed or the driver is wrong: that is another fault than silence, and
    /// another person's.
    func toldFromSilence(_ fault: Fault) -> Fault {
        guard [.timeout, .offline, .malformedReply].contains(fault.kind), !order.lineLost, order.repliesHeard == 0 else { return fault }
        var fault = fault
        fault.heard = Heard(bytes: order.bytesHeard)
        guard fault.kind != .malformedReply, order.bytesHeard > 0 else { return fault }
        fault.kind = .malformedReply
        fault.detail = "\(order.bytesHeard) bytes came and none was an answer"
        return fault
    }

    /// What a fault of the line means for the card.
    private func judged(_ fault: Fault) -> Fault {
        var fault = fault
        fault.card = order.mayHaveWritten ? .unknown : .untouched
        return fault
    }
}
