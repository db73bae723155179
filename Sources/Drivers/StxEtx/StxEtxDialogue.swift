// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// The dialogue of encoders that are enquired, ordered and then answer:
///
///     > ENQ        < ACK (NAK: not ready)
///     > message    < ACK (NAK: not understood, enquire and send again)
///                  < answer, once the cards are handled
///     > ACK        (NAK: damaged, say it again)
///
/// What the messages mean is the family's affair.
struct StxEtxDialogue: Sendable {
    /// How long the encoder may take for an ACK.
    var acknowledgeWithin: Duration

    /// Three tries, a fifth of a second apart, for enquiries and for messages that were refused.
    private static let attempts = 3
    private static let pause = Duration.milliseconds(200)
    /// Stray control bytes that are overheard while an answer is due; after more the line is called disturbed.
    private static let overheard = 4

    /// Asks whether the encoder is there and ready.
    func enquire(on link: some Link<StxEtxFrame>) async throws(Fault) {
        let enquiry = Command(
            "ENQ", StxEtxFrame.enq, repliedBy: { $0 == .ack || $0 == .nak }, refusedBy: { $0 == .nak }, attempts: Self.attempts,
            pause: Self.pause)
        do throws(Fault) {
            _ = try await link.exchange(enquiry, within: acknowledgeWithin)
        } catch {
            throw error.silence(means: "no answer to ENQ")
        }
    }

    /// Sends a message and gives the body of its answer, which is acknowledged.
    ///
    /// - Parameters:
    ///   - attempts: how often it may be sent while the encoder refuses it; fewer than the usual three where silence must not repeat it.
    ///   - provesOrder: see ``Link/expect(within:repair:provesOrder:)``.
    func ask(
        _ name: String, _ body: [UInt8], effect: CommandEffect, attempts: Int = Self.attempts, answerWithin: Duration,
        provesOrder: @escaping @Sendable ([UInt8]) -> Bool, on link: some Link<StxEtxFrame>
    ) async throws(Fault) -> [UInt8] {
        let opening = Command.Opening(
            StxEtxFrame.enq, acceptedBy: { $0 == .ack }, refusedBy: { $0 == .nak }, attempts: Self.attempts, pause: Self.pause,
            within: acknowledgeWithin)
        // An encoder that is not ready refuses the ENQ. One that refuses the message cannot read it: that is a bad line.
        let message = Command(
            name, StxEtxFrame.message(body), effect: effect, opening: opening,
            // Before the ACK only an earlier order can be answered: the bridge gave up on it, the encoder did not.
            repliedBy: { $0 == .ack || $0 == .nak }, refusedBy: { $0 == .nak }, refusal: .malformedReply, attempts: attempts,
            pause: Self.pause)
        let inDoubt: CardKnowledge = effect == .writesCard ? .unknown : .untouched
        do throws(Fault) {
            _ = try await link.exchange(message, within: acknowledgeWithin)
        } catch {
            throw error.silence(means: error.card == .unknown ? "no ACK to \(name)" : "no answer to ENQ or \(name)")
        }

        for _ in 0...Self.overheard {
            let frame = try await link.expect(
                within: answerWithin, repair: Command("NAK", .nak, attempts: 2),
                provesOrder: { if case .message(let body) = $0 { provesOrder(body) } else { false } })
            guard case .message(let answer) = frame else { continue }
            // The answer counts whether or not the line still takes our ACK. If the port went, the session notices by itself;
            // a key that the encoder has reported as made must not become a failure for it.
            _ = try? await link.send(Command("ACK", .ack))
            return answer
        }
        throw Fault(.malformedReply, card: inDoubt, detail: "\(name): control bytes instead of an answer")
    }
}

extension Fault {
    /// On such a line an encoder that does not even acknowledge is not there; only a missing answer is a time-out.
    fileprivate func silence(means detail: String) -> Fault {
        kind == .timeout ? Fault(.offline, card: card, detail: detail) : self
    }
}
