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
/// Families leave out parts of it or add to it (``StxEtxFlow``). What the messages mean is the family's affair.
struct StxEtxDialogue: Sendable {
    var flow: StxEtxFlow

    /// Stray control bytes that are overheard while an answer is due; after more the line is called disturbed.
    private static let overheard = 4

    init(_ flow: StxEtxFlow) {
        self.flow = flow
    }

    /// Asks whether the encoder is there and ready.
    func enquire(on link: some Link<StxEtxFrame>) async throws(Fault) {
        let flow = flow
        let enquiry = Command(
            "ENQ", StxEtxFrame.enq, repliedBy: { $0 == .ack || flow.isNotReady($0) }, refusedBy: flow.isNotReady,
            attempts: flow.enquiryTries, pause: flow.pause)
        do throws(Fault) {
            _ = try await link.exchange(enquiry, within: flow.acknowledgeWithin)
        } catch {
            throw error.silence(means: "no answer to ENQ")
        }
    }

    /// Sends a message and gives the body of its answer, which is acknowledged.
    ///
    /// - Parameters:
    ///   - effect: decides whether silence repeats it; a refusal always does.
    ///   - provesOrder: see ``Link/expect(within:repair:provesOrder:)``.
    func ask(
        _ name: String, _ body: [UInt8], effect: CommandEffect, answerWithin: Duration,
        provesOrder: @escaping @Sendable ([UInt8]) -> Bool, on link: some Link<StxEtxFrame>
    ) async throws(Fault) -> [UInt8] {
        if flow.isAcknowledged {
            try await deliver(name, body, effect: effect, on: link)
        } else {
            if flow.enquires { try await enquire(on: link) }
            try await link.send(Command(name, .message(body), effect: effect))
        }
        if let end = flow.endOfTransaction { try await link.send(Command("EOT", .control(end))) }
        return try await answer(to: name, effect: effect, within: answerWithin, provesOrder: provesOrder, on: link)
    }

    private func deliver(
        _ name: String, _ body: [UInt8], effect: CommandEffect, on link: some Link<StxEtxFrame>
    ) async throws(Fault) {
        let flow = flow
        let opening = Command.Opening(
            StxEtxFrame.enq, acceptedBy: { $0 == .ack }, refusedBy: flow.isNotReady, attempts: flow.enquiryTries, pause: flow.pause,
            within: flow.acknowledgeWithin)
        // An encoder that is not ready refuses the ENQ. One that refuses the message cannot read it: that is a bad line.
        let message = Command(
            name, StxEtxFrame.message(body), effect: effect, opening: flow.enquires ? opening : nil,
            // Before the ACK only an earlier order can be answered: the bridge gave up on it, the encoder did not.
            repliedBy: { $0 == .ack || flow.isNotReady($0) }, refusedBy: { $0 == .nak }, refusal: .malformedReply,
            attempts: flow.messageTries, pause: flow.pause)
        let reply: StxEtxFrame
        do throws(Fault) {
            reply = try await link.exchange(message, within: flow.acknowledgeWithin)
        } catch {
            throw error.silence(means: error.card == .unknown ? "no ACK to \(name)" : "no answer to ENQ or \(name)")
        }
        // Its own word that it did not take the order: the session tries again later.
        if reply != .ack { throw Fault(.busy, detail: "\(name): the encoder says busy instead of ACK") }
    }

    private func answer(
        to name: String, effect: CommandEffect, within limit: Duration, provesOrder: @escaping @Sendable ([UInt8]) -> Bool,
        on link: some Link<StxEtxFrame>
    ) async throws(Fault) -> [UInt8] {
        let repair: Command<StxEtxFrame>? = flow.acknowledgesAnswer ? Command("NAK", .nak, attempts: 2) : nil
        for _ in 0...Self.overheard {
            let frame = try await link.expect(
                within: limit, repair: repair,
                provesOrder: { if case .message(let body) = $0 { provesOrder(body) } else { false } })
            guard case .message(let answer) = frame else {
                if frame == .enq, flow.answerIsEnquired { try await link.send(Command("ACK", .ack)) }
                continue
            }
            // The answer counts whether or not the line still takes our ACK. If the port went, the session notices by itself;
            // a key that the encoder has reported as made must not become a failure for it.
            if flow.acknowledgesAnswer { _ = try? await link.send(Command("ACK", .ack)) }
            return answer
        }
        let inDoubt: CardKnowledge = effect == .writesCard ? .unknown : .untouched
        throw Fault(.malformedReply, card: inDoubt, detail: "\(name): control bytes instead of an answer")
    }
}

extension Fault {
    /// On such a line an encoder that does not even acknowledge is not there; only a missing answer is a time-out.
    fileprivate func silence(means detail: String) -> Fault {
        kind == .timeout ? Fault(.offline, card: card, detail: detail) : self
    }
}
