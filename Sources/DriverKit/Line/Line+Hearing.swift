// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import Ports

/// What comes in: whose answer it is, how long it is waited for, and what becomes of frames that nobody asked for.
extension Line {
    public func expect(
        within limit: Duration, repair: Command<Frame>?, provesOrder: @Sendable (Frame) -> Bool
    ) async throws(Fault) -> Frame {
        let deadline = time.moment + limit
        var repairs = 0
        var isDoubtful = false
        while true {
            let frame: Frame
            do throws(Fault) {
                let until = isDoubtful ? min(deadline, time.moment + patience.afterDamage) : deadline
                frame = try await reply(by: until, atOnce: repair != nil, givesLastWord: true, { _ in true })
            } catch {
                if isDoubtful, error.kind == .timeout || error.kind == .malformedReply { throw ledger.doubt() }
                guard error.kind == .malformedReply, let repair, repairs < repair.attempts else { throw error }
                repairs += 1
                try await write(repair.frame, as: repair.name)
                continue
            }
            if driver.isBusy(frame), wordMayBeAnothers {
                await unasked(.frame(frame))
                throw ledger.doubt()
            }
            if provesOrder(frame) || !driver.isAnswer(frame) || !isQuestionOpen {
                if provesOrder(frame) || driver.isAnswer(frame) { ledger.answered() }
                return frame
            }
            // It may be an earlier order's. Where this order writes no card, it is taken for that, and its own is waited for.
            await unasked(.frame(frame))
            // Where it writes one, nothing that comes now can be proven: both answers are taken off the line, and a person looks.
            if ledger.mayHaveWritten, !isAskingForRest {
                if isDoubtful {
                    ledger.answered()
                    throw ledger.doubt()
                }
                isDoubtful = true
            }
        }
    }

    /// Waits, but not deaf: what comes meanwhile is a late frame, and a vanished port or a wish to stop ends the wait.
    public func rest(_ length: Duration) async throws(Fault) {
        guard length > .zero else { return }
        let deadline = time.moment + length
        while time.moment < deadline {
            switch try await read(by: deadline) {
            case .bytes(let bytes):
                hear(bytes)
                while let found = heardNext() { await unasked(found) }
            case .deadline: return
            case .woken: _ = try await lookAround(withdrawable: false)
            }
        }
    }

    /// Waits for something that nobody asked for: a card, a late answer, a wake. Costs nothing while nothing happens.
    /// - Returns: whether the wait went on to its end; `false` when somebody woke it.
    public func idle(until wish: ContinuousClock.Instant?) async throws(Fault) -> Bool {
        // What has begun and does not go on must be over before the next order.
        let quiet = codec.endedBySilence.map { time.moment + $0 }
        switch try await port.read(by: [wish, quiet].compactMap(\.self).min()) {
        case .bytes(let bytes): codec.receive(bytes)
        case .deadline: if let quiet, quiet <= time.moment { codec.silence() }
        case .woken: return false
        }
        while let found = heardNext() { await unasked(found) }
        return true
    }

    // MARK: Parts

    var isQuestionOpen: Bool { !ledger.questions.isEmpty && ledger.isQuestionOpen(at: time.moment) }

    /// Whether the encoder's word that it is too busy for an order, or refuses it, may be about an earlier one, which it was given only now.
    var wordMayBeAnothers: Bool {
        ledger.mayHaveWritten && !isAskingForRest && ledger.questions.contains { $0.until > time.moment }
    }

    /// The next frame that fits. A damaged one ends the wait `atOnce` where the caller can ask for it again; else a good one may follow,
    /// for a while.
    func reply(
        by wish: Instant, atOnce: Bool = false, givesLastWord: Bool = false, withdrawable: Bool = false, _ fits: (Frame) -> Bool
    ) async throws(Fault) -> Frame {
        var deadline = min(wish, ledger.deadline)
        var damage: String?
        var isLastWord = givesLastWord && ledger.isStopping
        if isLastWord { deadline = min(deadline, time.moment + patience.lastWord) }
        while true {
            while let found = heardNext() {
                switch found {
                case .frame(let frame) where fits(frame):
                    ledger.heardFrame()
                    return frame
                case .frame: await unasked(found)
                case .damaged(let why) where atOnce: throw ledger.judged(Fault(.malformedReply, detail: why))
                case .damaged(let why):
                    damage = why
                    deadline = min(deadline, time.moment + patience.afterDamage)
                }
            }
            let quiet = codec.endedBySilence.map { time.moment + $0 }
            switch try await read(by: min(deadline, quiet ?? deadline)) {
            case .bytes(let bytes): hear(bytes)
            case .deadline where quiet != nil: codec.silence()
            case .deadline:
                if isLastWord { throw ledger.judged(Fault(.interrupted, detail: "the bridge stops")) }
                throw ledger.judged(damage.map { Fault(.malformedReply, detail: $0) } ?? Fault(.timeout, detail: "no answer"))
            case .woken:
                guard try await lookAround(withdrawable: withdrawable), givesLastWord, !isLastWord else { continue }
                isLastWord = true
                deadline = min(deadline, time.moment + patience.lastWord)
            }
        }
    }

    /// Someone woke us in the middle of an exchange.
    /// - Returns: whether the owner stops soon and only waits for the answer.
    private func lookAround(withdrawable: Bool) async throws(Fault) -> Bool {
        let mayBreakOff = !ledger.isWithdrawn && (!ledger.mayHaveWritten || withdrawable)
        switch await keeper.stopReason(mayBreakOff: mayBreakOff) {
        case nil: return false
        case .endSoon?:
            ledger.isStopping = true
            return true
        case .portGone?:
            ledger.lineIsLost = true
            throw ledger.judged(Fault(.offline, detail: "the port is gone"))
        case .unwanted(let kind, let detail)?:
            ledger.isWithdrawn = true
            throw ledger.judged(Fault(kind, detail: detail))
        }
    }

    func read(by deadline: Instant) async throws(Fault) -> PortEvent {
        do throws(Fault) {
            return try await port.read(by: deadline)
        } catch {
            ledger.lineIsLost = true
            throw ledger.judged(error)
        }
    }

    private func hear(_ bytes: [UInt8]) {
        ledger.heard(bytes: bytes.count)
        codec.receive(bytes)
    }

    /// A frame that belongs to no exchange: the late answer to an order that timed out, or something to ignore.
    func unasked(_ found: Decoded<Frame>) async {
        guard case .frame(let frame) = found else { return }
        await keeper.unasked(driver.card(in: frame))
        if let reply = driver.acknowledgement(ofUnasked: frame) {
            try? await port.write(encoded(reply), by: time.moment + .seconds(1))  // a dead line shows at the next read
        }
        if driver.isAnswer(frame), let question = ledger.heardLate(repetition: time.moment + patience.repetition) {
            await keeper.lateAnswer(to: question)
        }
    }
}
