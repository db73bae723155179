// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// What is said to an MSR encoder, step by step.
struct MsrDialogue<Line: Link>: Sendable where Line.Frame == EscFrame {
    let link: Line

    /// Every answer that needs no swipe comes within a few milliseconds.
    private static var answerWithin: Duration { .seconds(2) }
    /// A command that is not answered swallows one that comes close behind it.
    private static var restAfterSilentCommand: Duration { .milliseconds(50) }
    /// After it a reset has ended what was pending, and the outcome of a swipe that was just under way has arrived.
    private static var resetTakes: Duration { .milliseconds(100) }

    // MARK: Who is there

    /// Ends whatever a program before us left pending, and asks whether someone is there. Twice: the first reset may end up in a block
    /// of data that was never finished.
    func wake() async throws(Fault) {
        for attempt in 1...2 {
            try await link.send(Command("ESC a", .command(.reset)))
            try await link.rest(Self.resetTakes)
            do throws(Fault) {
                return try await listen()
            } catch {
                guard error.kind == .timeout else { throw error }
                if attempt == 2 { throw Self.noPower(error, to: "ESC e") }
            }
        }
    }

    /// Asks whether someone is there and ends nothing for it: while a swipe is awaited, this is not heard.
    func listen() async throws(Fault) {
        _ = try await link.exchange(
            Command("ESC e", .command(.communicationTest), repliedBy: { $0 == .alive }), within: Self.answerWithin)
    }

    /// `nil` where it does not tell.
    func model() async throws(Fault) -> UInt8? {
        guard case .model(let model)? = try await answer(.model, "ESC t") else { return nil }
        return model
    }

    func firmware() async throws(Fault) -> String? {
        guard case .text(let text)? = try await answer(.firmware, "ESC v") else { return nil }
        return text
    }

    private func answer(_ command: EscCommand, _ name: String) async throws(Fault) -> EscFrame? {
        do throws(Fault) {
            return try await link.exchange(Command(name, .command(command)), within: Self.answerWithin)
        } catch {
            guard error.kind == .timeout || error.kind == .malformedReply else { throw error }
            return nil
        }
    }

    /// Such an encoder answers in milliseconds or has no power: the USB adapter in its cable lives without it.
    private static func noPower(_ fault: Fault, to command: String) -> Fault {
        guard fault.kind == .timeout else { return fault }
        return Fault(
            .offline, card: fault.card,
            detail: "no answer to \(command): the port is there, but the encoder's 24 V supply is probably unplugged")
    }

    // MARK: Settings

    func set(_ command: EscCommand, _ name: String, meaning: String) async throws(Fault) {
        let reply: EscFrame
        do throws(Fault) {
            reply = try await link.exchange(
                Command(name, .command(command), repliedBy: Self.answersSetting, attempts: 2), within: Self.answerWithin)
        } catch {
            throw Self.noPower(error, to: name)
        }
        switch (reply, command) {
        case (.status(let status), .bitsPerCharacter) where status == MsrStatus.good: return
        case (.status(let status), _):
            if let fault = MsrStatus.fault(status, during: .setting(meaning)) { throw fault }
        case (.bitsPerCharacter(let first, let second, let third), _) where command == .bitsPerCharacter(first, second, third): return
        default: throw Fault(.malformedReply, detail: "\(name): another setting came back")
        }
    }

    private static func answersSetting(_ frame: EscFrame) -> Bool {
        switch frame {
        case .status, .bitsPerCharacter: true
        default: false
        }
    }

    /// What came of the RAM test, in a word.
    func memoryTest() async throws(Fault) -> String {
        let reply: EscFrame
        do throws(Fault) {
            reply = try await link.exchange(
                Command("ESC 87", .command(.ramTest), repliedBy: Self.answersSetting), within: Self.answerWithin * 2)
        } catch {
            throw Self.noPower(error, to: "ESC 87")
        }
        switch reply {
        case .status(MsrStatus.good): return "ok"
        case .status(MsrStatus.failed): return "failed"
        // "Unknown command" and "wrong format": small models have no such test.
        case .status(MsrStatus.unknownCommand), .status(MsrStatus.wrongFormat): return "not supported"
        case .status(let status): return "not told (status \(HexText.encode([status])))"
        default: throw Fault(.malformedReply, detail: "ESC 87: no status")
        }
    }

    /// Shows the person at the encoder what is expected.
    func show(_ lights: EscCommand.Lights) async throws(Fault) {
        try await link.send(Command("lights", .command(.lights(lights))))
        try await link.rest(Self.restAfterSilentCommand)
    }

    /// Shows how it went. A lamp that stays dark changes nothing of what happened to the card, and a line that is gone is noticed by
    /// whoever uses it next.
    func showOutcome(_ lights: EscCommand.Lights) async {
        _ = try? await show(lights)
    }

    // MARK: Swipes

    /// Sends a command that waits for a swipe, and gives its answer. If none comes, or the order is cancelled, the command is taken
    /// back and the fault says whether the card may have been written.
    func swipe(
        _ command: EscCommand, _ name: String, effect: CommandEffect, within limit: Duration
    ) async throws(Fault) -> EscFrame {
        // What is taken back behind it must have its time too: on a closed line a written card would count as lost.
        let limit = max(.zero, min(limit, await link.remaining - Patience.standard.margin))
        do throws(Fault) {
            return try await link.exchange(
                Command(name, .command(command), effect: effect, repliedBy: Self.endsSwipe, withdrawable: true), within: limit)
        } catch {
            switch error.kind {
            case .timeout, .cancelled, .interrupted, .malformedReply: return try await takeBack(error, effect)
            default: throw error
            }
        }
    }

    private static func endsSwipe(_ frame: EscFrame) -> Bool {
        switch frame {
        case .status, .isoTracks, .rawTracks: true
        default: false
        }
    }

    /// A reset ends the wait and is not answered. If the card went through in this very moment, its status still comes and is the
    /// outcome. If not, an encoder that answers the communication test is alive, and that is all: its status may have been lost on the
    /// line, so a card may have been written (docs/decisions/0011).
    private func takeBack(_ fault: Fault, _ effect: CommandEffect) async throws(Fault) -> EscFrame {
        // The link knows whether the command went out at all.
        let card: CardKnowledge = effect == .writesCard && fault.card != .untouched ? .unknown : .untouched
        try await link.send(Command("ESC a", .command(.reset)))
        if let outcome = try await heard(within: Self.resetTakes), Self.endsSwipe(outcome) { return outcome }
        // Sent without the usual clearing of the line: a status that comes only now must not be lost.
        try await link.send(Command("ESC e", .command(.communicationTest)))
        for _ in 1...4 {
            guard let frame = try await heard(within: Self.answerWithin) else { break }
            if Self.endsSwipe(frame) { return frame }
            guard frame == .alive else { continue }
            switch fault.kind {
            case .cancelled, .interrupted: throw Fault(fault.kind, card: card, detail: fault.detail)
            case .malformedReply: throw Fault(.malformedReply, card: card, detail: fault.detail)
            default:
                let why = effect == .writesCard ? "no status: no swipe, or its status was lost" : "no swipe"
                throw Fault(.timeout, card: card, detail: why)
            }
        }
        throw Fault(.offline, card: card, detail: "no answer to ESC e after the reset")
    }

    /// The next frame, or `nil` for silence.
    private func heard(within limit: Duration) async throws(Fault) -> EscFrame? {
        do throws(Fault) {
            return try await link.expect(within: limit, provesOrder: { _ in true })
        } catch {
            guard error.kind == .timeout || error.kind == .malformedReply else { throw error }
            return nil
        }
    }
}
