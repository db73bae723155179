// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import Ports

/// What goes out: the order of things is *keep `writing`, drop late frames, write*.
extension Line {
    public func exchange(_ command: Command<Frame>, within limit: Duration) async throws(Fault) -> Frame {
        var attempt = 1
        while true {
            if let opening = command.opening { try await open(opening, for: command) }
            try await announce(command)
            try await dropLateFrames()
            ledger.sending(command.effect)
            try await write(command.frame, as: command.name)
            do throws(Fault) {
                let reply = try await reply(by: time.moment + limit, withdrawable: command.withdrawable, command.repliedBy)
                if !command.refusedBy(reply) { return try await own(reply, of: command) }
                // Late, it refuses an earlier order: this one is in the encoder's hands then, and sent again it would make a second card.
                let isDoubtful = wordMayBeAnothers
                if let behind = try await acceptance(of: command) { return try await own(behind, of: command) }
                if isDoubtful { throw ledger.doubt() }
                ledger.answered()
                guard attempt < command.attempts else {
                    // Its own word that it took nothing: the card is as it was.
                    throw Fault(command.refusal, card: .untouched, detail: "\(command.name) refused \(attempt) times")
                }
            } catch {
                guard error.kind == .timeout || error.kind == .malformedReply, command.effect == .none, attempt < command.attempts else {
                    throw error
                }
                try await rest(command.pause)
            }
            attempt += 1
        }
    }

    public func send(_ command: Command<Frame>) async throws(Fault) {
        try await announce(command)
        if command.effect == .writesCard {
            // An order that is not acknowledged: what comes from now on is its answer, so nothing older may be left.
            try await dropLateFrames()
            ledger.sending(command.effect)
        }
        try await write(command.frame, as: command.name)
    }

    public func changeSpeed(_ baud: Int) async throws(Fault) {
        var line = driver.line
        line.baud = baud
        try await port.change(line)
        codec.reset()
    }

    // MARK: Parts

    /// The pause behind a refusal, which may be of noise that the encoder heard before, or said twice: an acceptance in it means that the
    /// encoder has the command, and sent again it would make a second card.
    private func acceptance(of command: Command<Frame>) async throws(Fault) -> Frame? {
        do throws(Fault) {
            return try await reply(by: time.moment + command.pause, { command.repliedBy($0) && !command.refusedBy($0) })
        } catch {
            guard error.kind == .timeout || error.kind == .malformedReply else { throw error }
            return nil
        }
    }

    /// A reply that already is the answer to an order may be an earlier order's.
    private func own(_ reply: Frame, of command: Command<Frame>) async throws(Fault) -> Frame {
        guard command.effect == .writesCard, driver.isAnswer(reply) else { return reply }
        guard isQuestionOpen else {
            ledger.answered()
            return reply
        }
        await unasked(.frame(reply))
        throw ledger.doubt()
    }

    /// Asks for the line (ENQ) until the encoder gives it.
    private func open(_ opening: Command<Frame>.Opening, for command: Command<Frame>) async throws(Fault) {
        for attempt in 1...max(1, opening.attempts) {
            try await dropLateFrames()
            try await write(opening.frame)
            do throws(Fault) {
                let reply = try await reply(by: time.moment + opening.within, { opening.acceptedBy($0) || opening.refusedBy($0) })
                if opening.acceptedBy(reply) { return }
                if attempt >= opening.attempts { throw Fault(.busy, detail: "not ready for \(command.name)") }
            } catch {
                guard error.kind == .timeout || error.kind == .malformedReply else { throw error }
                if attempt >= opening.attempts { throw Fault(.offline, detail: "no answer before \(command.name)") }
            }
            try await rest(opening.pause)
        }
    }

    /// Before a command that may write a card: its owner keeps `writing`, which also is the last moment to stop.
    private func announce(_ command: Command<Frame>) async throws(Fault) {
        guard command.effect == .writesCard, !ledger.mayHaveWritten else { return }
        // Such an encoder takes the order first and then waits for the card: the prompt belongs to this state.
        try await keeper.willWrite(waitsForCard: Driver.manifest.kind == .lockMaker || command.withdrawable)
        ledger.announced()
    }

    /// Whatever came before we send belongs to something earlier. Dropped through the codec, so that a late answer is noticed. A frame
    /// that has begun is waited for, but not longer than an encoder may pause in it: a wreck would swallow our answer.
    private func dropLateFrames() async throws(Fault) {
        while let found = heardNext() { await unasked(found) }
        var (wasWoken, limit) = (false, Instant?.none)
        reading: while true {
            switch try await read(by: limit ?? time.moment) {
            case .bytes(let bytes):
                codec.receive(bytes)
                while let found = heardNext() { await unasked(found) }
                if codec.endedBySilence == nil { limit = nil }
            case .woken: wasWoken = true
            case .deadline:
                guard let quiet = codec.endedBySilence else { break reading }
                guard limit != nil else {
                    limit = time.moment + quiet
                    continue
                }
                codec.silence()
                while let found = heardNext() { await unasked(found) }
                break reading
            }
        }
        // Kept for the wait that follows, which knows whether it may be broken off.
        if wasWoken { port.wake() }
    }

    /// - Parameter name: what its command is called.
    func write(_ frame: Frame, as name: String? = nil) async throws(Fault) {
        do throws(Fault) {
            try await port.write(encoded(frame, as: name), by: min(time.moment + .seconds(5), ledger.deadline))
        } catch {
            throw ledger.judged(error)
        }
    }
}
