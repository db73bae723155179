// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// One command and its answer: command, ACK, response. The ACK may be missing or come twice; a damaged response is said again on
/// request; a command that is not answered is broken off, so that its late answer meets nobody.
struct Pn532Dialogue<Wire: Link>: Sendable where Wire.Frame == Pn532Frame {
    let link: Wire
    /// For the ACK. The manual says 15 ms; adapters and busy hosts take longer.
    var acknowledgeWithin = Duration.milliseconds(1500)
    /// For the response behind the ACK.
    var answerWithin = Duration.seconds(1)
    var attempts = 3

    /// - Returns: what stands behind the response's code.
    func ask(
        _ name: String, _ code: UInt8, _ parameters: [UInt8] = [], effect: CommandEffect = .none
    ) async throws(Fault) -> [UInt8] {
        let isAnswer: @Sendable (Pn532Frame) -> Bool = { frame in
            switch frame {
            case .response(let bytes): bytes.first == code &+ 1
            case .applicationError: true
            default: false
            }
        }
        let command = Command(
            name, Pn532Frame.command([code] + parameters), effect: effect,
            repliedBy: { $0 == .acknowledge || $0 == .refuse || isAnswer($0) }, refusedBy: { $0 == .refuse }, refusal: .malformedReply,
            attempts: attempts, pause: .milliseconds(5))
        var frame: Pn532Frame
        do throws(Fault) {
            frame = try await link.exchange(command, within: acknowledgeWithin)
        } catch {
            guard error.kind == .timeout else { throw error }
            // Perhaps only the ACK was lost: a write must not go on while nobody listens.
            if effect == .writesCard { try await breakOff() }
            throw Fault(.offline, card: error.card, detail: "\(name): no ACK")
        }
        do throws(Fault) {
            while !isAnswer(frame) {
                frame = try await link.expect(
                    within: answerWithin, repair: Command("NACK", .refuse, attempts: 2), provesOrder: { _ in true })
            }
        } catch {
            guard error.kind == .timeout || error.kind == .malformedReply else { throw error }
            try await breakOff()
            throw Fault(error.kind, card: error.card, detail: "\(name): \(error.detail ?? "no answer")")
        }
        guard case .response(let bytes) = frame else {
            throw Fault(.malformedReply, card: effect == .none ? .untouched : .unknown, detail: "\(name): error frame 7F")
        }
        return Array(bytes.dropFirst())
    }

    /// Ends the command in hand, whoever gave it.
    func breakOff() async throws(Fault) {
        try await link.send(Command("ACK", .acknowledge))
        try await link.rest(.milliseconds(5))
    }
}
