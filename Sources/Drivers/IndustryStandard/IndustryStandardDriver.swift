// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing

/// The message set that Salto, Onity and TESA share: the lock system makes the card, the bridge says for whom and until when.
///
/// Facts from a public client (github.com/bookingexperts/salto, MIT) and the clients of other makers; no maker's manual.
public struct IndustryStandardDriver: EncoderDriver {
    let site: IndustryStandardSettings
    private let dialogue: StxEtxDialogue

    public init(settings: DriverSettings) throws(SettingsFault) {
        site = try IndustryStandardSettings(settings)
        var flow = StxEtxFlow(acknowledgeWithin: site.acknowledgeWithin)
        flow.acknowledgesAnswer = site.acknowledgesAnswer
        dialogue = StxEtxDialogue(flow)
    }

    public var line: LineSettings { site.line }
    public var lateAnswerWindow: Duration { site.lateAnswerWindow }
    public func makeCodec(for port: PortKind) -> StxEtxCodec { StxEtxCodec(.industryStandard) }

    public var promise: Duration { Patience.standard.promise(forAnswerWithin: site.answerWithin) }

    /// ENQ and its like are no answers to an order.
    public func isAnswer(_ frame: StxEtxFrame) -> Bool { if case .message = frame { true } else { false } }

    /// The request to read a key: an encoder that holds an order says OV, one that is free reads the card that lies there. No key's answer
    /// begins with LT.
    public func isAtRest(on link: some Link<StxEtxFrame>) async throws(Fault) -> Bool {
        let question = try Order.read(site)
        let body = try await dialogue.ask(
            question.command, question.body, effect: .none, answerWithin: site.answerWithin,
            provesOrder: { body in
                let code = SeparatedFields(body: body)?[0]
                return code == "LT" || code == "OV"
            }, on: link)
        if SeparatedFields(body: body)?[0] == "OV" { throw Fault(.busy, detail: "OV") }
        return true
    }

    /// A late answer is acknowledged like any other, or the encoder would say it again.
    public func acknowledgement(ofUnasked frame: StxEtxFrame) -> StxEtxFrame? {
        if case .message = frame { .ack } else { nil }
    }

    public func timeLimit(for task: EncoderTask) -> Duration {
        let handshake = dialogue.flow.longestHandshake
        return switch task {
        case .cut(let order, _): (handshake + site.answerWithin) * max(1, min(order.copies, KeyOrder.maximumCopies)) + .seconds(1)
        case .read, .checkOut, .write, .erase, .reset, .selfTest: handshake + site.answerWithin + .seconds(1)
        }
    }

    /// The protocol tells no model, firmware or serial number: only whether someone is there.
    public func identify(on link: some Link<StxEtxFrame>) async throws(Fault) -> EncoderIdentity {
        try await dialogue.enquire(on: link)
        return EncoderIdentity()
    }

    public func perform(
        _ task: EncoderTask, on link: some Link<StxEtxFrame>, progress: some TaskProgress
    ) async throws(Fault) -> TaskResult {
        switch task {
        case .cut(let order, let clock):
            return TaskResult(receipts: try await cut(order, on: clock, link: link, progress: progress))
        case .read:
            try await progress.waitingForCard(copy: 1, of: 1)
            return TaskResult(reading: KeyReading.words(try await answer(to: try Order.read(site), on: link)))
        case .checkOut(let lockID):
            _ = try await answer(to: try Order.checkOut(lockID), on: link)
            return TaskResult()
        case .write, .erase, .reset, .selfTest:
            throw Fault(.rejected(reason: "the lock system of this encoder makes the cards itself: order a key instead"))
        }
    }

    private func cut(
        _ order: KeyOrder, on clock: PropertyClock, link: some Link<StxEtxFrame>, progress: some TaskProgress
    ) async throws(Fault) -> [Receipt] {
        if let objection = order.objection() { throw Fault(.rejected(reason: objection)) }
        guard order.cardImage == nil else {
            throw Fault(.rejected(reason: "the lock system of this encoder makes the card itself and takes no card image"))
        }
        guard let end = LockClock(layout: site.dateLayout, timeZone: clock.timeZone).end(order.validUntil) else {
            throw LockClock.outOfRange
        }
        var receipts: [Receipt] = []
        let perMessage = order.mode == .new ? order.copies : 1
        while receipts.count < order.copies {
            let message = try Order.keys(order, cards: perMessage, on: clock, end: end, site: site)
            // Said before the order goes out: once the encoder has it, only the encoder knows when it wants which card.
            try await progress.waitingForCard(copy: receipts.count + 1, of: order.copies)
            let answer = try await answer(to: message, on: link)
            for card in 1...perMessage {
                let receipt = Receipt(
                    copy: receipts.count + 1, serial: serial(ofCard: card, of: perMessage, in: answer),
                    // The answer says that the encoder has finished. Nothing public says that it reads back what it wrote.
                    verified: false, at: Date())
                receipts.append(receipt)
                if perMessage == 1, receipts.count < order.copies { try await progress.finished(receipt) }
            }
        }
        if let remark = end.remark { await progress.remark(remark) }
        return receipts
    }

    /// Sends an order and gives the answer that reports success. Everything else is a fault.
    private func answer(to order: Order, on link: some Link<StxEtxFrame>) async throws(Fault) -> SeparatedFields {
        let body = try await dialogue.ask(
            order.command, order.body, effect: order.effect,
            answerWithin: site.answerWithin * max(1, order.subject.cards),
            // The encoder is only ever too busy for the order that it is given now.
            provesOrder: { SeparatedFields(body: $0)?[0] == "OV" }, on: link)

        let inDoubt: CardKnowledge = order.effect == .writesCard ? .unknown : .untouched
        guard let answer = SeparatedFields(body: body), let code = answer[0] else {
            throw Fault(.malformedReply, card: inDoubt, detail: "\(order.command): the answer has no fields")
        }
        let refusal = Refusal.fault(code, text: answer[answer.count - 1], to: order, product: site.product)
        guard isOurs(answer, code, isRefusal: refusal != nil, order) else {
            throw Fault(.malformedReply, card: inDoubt, detail: "\(order.command): the answer names another encoder")
        }
        if let refusal { throw refusal }
        guard code == order.command || code == order.bareCommand else {
            throw Fault(.malformedReply, card: inDoubt, detail: "\(order.command): answered by \(Refusal.shown(code))")
        }
        return answer
    }

    /// EG has its text where the others repeat the encoder, and encoders are known that answer an error by its code alone. A check-out
    /// concerns no encoder: 0 comes back, or the encoder that carried it out.
    private func isOurs(_ answer: SeparatedFields, _ code: String, isRefusal: Bool, _ order: Order) -> Bool {
        let echo = answer[1] ?? ""
        if echo == order.encoder || code == "EG" || (isRefusal && echo.isEmpty) { return true }
        if case .checkOut = order.subject { return echo == site.encoder }
        return false
    }

    /// The serial number of a card. Where it stands in the answer is **not proven**: it is taken from behind the encoder if it looks
    /// like one. With several cards a number is given to a card only if there are as many numbers as cards.
    private func serial(ofCard card: Int, of cards: Int, in answer: SeparatedFields) -> String? {
        guard site.serialReturn != "0" else { return nil }
        let serials = (2..<max(2, answer.count)).compactMap { answer[$0] }.filter { !$0.isEmpty }
        guard serials.count == cards else { return nil }
        let serial = serials[card - 1]
        guard (4...32).contains(serial.count), serial.allSatisfy(\.isHexDigit) else { return nil }
        return serial.uppercased()
    }
}
