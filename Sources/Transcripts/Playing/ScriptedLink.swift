// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import Synchronization

/// A link whose encoder is a transcript. Commands go through the real codec and are compared with the `>` lines byte for byte; the
/// `<` lines come back through it too. Time is the script's: where it has nothing to say, the limit has passed.
public final class ScriptedLink<Codec: FrameCodec>: Link {
    public typealias Frame = Codec.Frame

    public typealias Delivery = ScriptDelivery

    private struct State {
        var codec: Codec
        var steps: ArraySlice<Transcript.Step>
        var sent: [UInt8] = []
        var moves: [ScriptMove] = []
        var names: [String] = []
        var speeds: [Int] = []
        var problems: [String] = []
        /// What is known of the card since the last exchange began.
        var card = CardKnowledge.untouched
    }

    private let delivery: Delivery
    private let noise: [UInt8]
    private let state: Mutex<State>

    public init(_ codec: Codec, _ transcript: Transcript, delivery: Delivery = .whole, noise: [UInt8] = [0xFF, 0x00]) {
        self.delivery = delivery
        self.noise = noise
        state = Mutex(State(codec: codec, steps: transcript.steps[...]))
    }

    /// Every byte that was sent.
    public var sentBytes: [UInt8] { state.withLock { $0.sent } }
    /// Names of the commands, in order, as a trace shows them.
    public var sentNames: [String] { state.withLock { $0.names } }
    /// Speeds that the driver set the line to, in baud, in order.
    public var speeds: [Int] { state.withLock { $0.speeds } }
    /// What went over the line, in order.
    public var moves: [ScriptMove] { state.withLock { $0.moves } }
    /// What of the script was not played.
    public var unplayed: [Transcript.Step] { state.withLock { Array($0.steps) } }
    /// Where the driver left the script, and what of the script was not played.
    public var problems: [String] {
        state.withLock { state in
            state.problems + (state.steps.isEmpty ? [] : ["not played: \(state.steps.map { "\($0)" }.joined(separator: ", "))"])
        }
    }

    public func exchange(_ command: Command<Frame>, within limit: Duration) async throws(Fault) -> Frame {
        know(.untouched)
        for attempt in 1...max(1, command.attempts) {
            if let opening = command.opening { try open(opening) }
            dropLateFrames()
            transmit(command.frame, named: command.name)
            if command.effect == .writesCard { know(.unknown) }
            var reply: Frame
            do throws(Fault) {
                repeat { reply = try reception(repair: nil) } while !command.repliedBy(reply)
            } catch {
                let isRepeated = error.kind == .timeout || error.kind == .malformedReply
                if isRepeated, command.effect == .none, attempt < command.attempts { continue }
                throw error
            }
            guard command.refusedBy(reply) else { return reply }
            know(.untouched)
        }
        throw Fault(command.refusal, detail: "\(command.name) refused on every attempt")
    }

    public func expect(
        within limit: Duration, repair: Command<Frame>?, provesOrder: @Sendable (Frame) -> Bool
    ) async throws(Fault) -> Frame {
        try reception(repair: repair)
    }

    public func rest(_ length: Duration) async throws(Fault) {}

    public func changeSpeed(_ baud: Int) async throws(Fault) {
        state.withLock {
            $0.speeds.append(baud)
            $0.codec.reset()
        }
    }

    public func send(_ command: Command<Frame>) async throws(Fault) {
        if command.effect == .writesCard { dropLateFrames() }
        transmit(command.frame, named: command.name)
        if command.effect == .writesCard { know(.unknown) }
    }

    private func open(_ opening: Command<Frame>.Opening) throws(Fault) {
        var refused = false
        for _ in 1...max(1, opening.attempts) {
            dropLateFrames()
            transmit(opening.frame, named: "opening")
            switch state.withLock({ next(&$0) }) {
            case .frame(let reply) where opening.acceptedBy(reply): return
            case .frame: refused = true
            case .damaged, .silence: continue
            case .gone: throw Fault(.offline, detail: "the port is gone")
            }
        }
        throw Fault(refused ? .busy : .timeout, detail: "opening")
    }

    /// The next good frame, as a link must find it: damaged ones are asked for again, or waited out.
    private func reception(repair: Command<Frame>?) throws(Fault) -> Frame {
        let card = state.withLock { $0.card }
        var repairs = repair?.attempts ?? 0
        var sawDamage = false
        while true {
            switch state.withLock({ next(&$0) }) {
            case .frame(let frame): return frame
            case .gone: throw Fault(.offline, card: card, detail: "the port is gone")
            case .silence: throw Fault(sawDamage ? .malformedReply : .timeout, card: card)
            case .damaged:
                sawDamage = true
                guard let repair, repairs > 0 else { continue }
                repairs -= 1
                transmit(repair.frame, named: repair.name)
            }
        }
    }

    private func know(_ card: CardKnowledge) { state.withLock { $0.card = card } }

    /// As a session does before it sends what will be answered: what came before belongs to something earlier, and what has begun
    /// and does not go on is over.
    private func dropLateFrames() {
        state.withLock { state in
            while state.codec.next() != nil {}
            guard state.codec.endedBySilence != nil else { return }
            state.codec.silence()
            while state.codec.next() != nil {}
        }
    }

    private func transmit(_ frame: Frame, named name: String) {
        state.withLock { state in
            let bytes = state.codec.encode(frame)
            state.sent += bytes
            state.names.append(name)
            let expected = state.steps.first
            state.moves.append(.sent(bytes, name: name, expected: expected))
            if expected != .sent(bytes) {
                state.problems.append("sent \(ByteText.hex(bytes)) where the script has \(expected.map { "\($0)" } ?? "its end")")
            }
            // Other bytes than the script's in their place: the encoder goes on as recorded, so that the rest can be compared too.
            if case .sent = expected { state.steps.removeFirst() }
        }
    }

    private enum Reception {
        case frame(Frame), damaged, silence, gone
    }

    private func next(_ state: inout State) -> Reception {
        while true {
            switch state.codec.next() {
            case .frame(let frame): return .frame(frame)
            case .damaged: return .damaged
            case nil: break
            }
            if state.codec.endedBySilence != nil {
                if case .received = state.steps.first {
                } else {
                    state.codec.silence()
                    continue
                }
            }
            switch state.steps.first {
            case .received(let bytes):
                state.steps.removeFirst()
                feed(bytes, into: &state)
            case .silence:
                state.steps.removeFirst()
                state.moves.append(.silence)
                return .silence
            case .gone:
                state.steps.removeFirst()
                state.moves.append(.gone)
                return .gone
            case .sent, nil: return .silence
            }
        }
    }

    private func feed(_ bytes: [UInt8], into state: inout State) {
        state.moves.append(.received(delivery == .byteByByte ? Array(bytes.prefix(1)) : bytes))
        switch delivery {
        case .whole: state.codec.receive(bytes)
        case .behindNoise: state.codec.receive(noise + bytes)
        case .glued:
            var glued = bytes
            while case .received(let more) = state.steps.first {
                glued += more
                state.moves.append(.received(more))
                state.steps.removeFirst()
            }
            state.codec.receive(glued)
        case .byteByByte:
            guard let first = bytes.first else { return }
            state.codec.receive([first])
            if bytes.count > 1 { state.steps.insert(.received(Array(bytes.dropFirst())), at: state.steps.startIndex) }
        }
    }
}
