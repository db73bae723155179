// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Ports

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

    public func isBusy(_ frame: StxEtxFrame) -> Bool {
        if case .message(let body) = frame { SeparatedFields(body: body)?[0] == "OV" } else { false }
    }

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

    /// Of a message the code that it begins with, where that is one of the protocol's.
    public func kind(of frame: StxEtxFrame) -> String {
        guard case .message(let body) = frame, let code = SeparatedFields(body: body)?[0], Refusal.isCode(code) else { return frame.kind }
        return "message \(code)"
    }

    public func timeLimit(for task: EncoderTask) -> Duration {
        let handshake = dialogue.flow.longestHandshake
        return switch task {
        case .cut(let order, _): KeyWork.timeLimit(for: order, handshake: handshake, perKey: site.answerWithin)
        case .read, .checkOut, .keyChange, .write, .erase, .reset, .selfTest: handshake + site.answerWithin + .seconds(1)
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
        case .checkOut(let lockID, let reservation):
            guard reservation == nil else { throw KeyWork.endsWholeRooms }
            let order = try Order.checkOut(lockID)
            return try await KeyWork.checkOut { () async throws(Fault) in _ = try await answer(to: order, on: link) }
        case .keyChange: throw KeyWork.changesNoKeys
        case .write, .erase, .reset, .selfTest:
            throw KeyWork.makesCardsItself
        }
    }

    private func cut(
        _ order: KeyOrder, on clock: PropertyClock, link: some Link<StxEtxFrame>, progress: some TaskProgress
    ) async throws(Fault) -> [Receipt] {
        let work = try KeyWork(order, mostInMessage: Order.most)
        guard let end = LockClock(layout: site.dateLayout, timeZone: clock.timeZone).end(order.validUntil) else {
            throw WallClock.outOfRange
        }
        // What cannot be ordered is refused before anybody is asked for a card.
        _ = try Order.keys(order, order.mode, cards: 1, on: clock, end: end, site: site)
        return try await work.cut(progress: progress, remarks: [end.remark].compactMap(\.self)) { (mode, keys) throws(Fault) in
            let message = try Order.keys(order, mode, cards: keys, on: clock, end: end, site: site)
            return serials(in: try await answer(to: message, on: link))
        }
    }

    /// Sends an order and gives the answer that reports success. Everything else is a fault.
    private func answer(to order: Order, on link: some Link<StxEtxFrame>) async throws(Fault) -> SeparatedFields {
        // The encoder is only ever too busy for the order that it is given now; and no key's answer begins as a reading's or a check-out's.
        let proofs: Set<String> =
            switch order.subject {
            case .keys: ["OV"]
            case .reading, .checkOut: ["OV", order.command, order.bareCommand]
            }
        let body = try await dialogue.ask(
            order.command, order.body, effect: order.effect,
            answerWithin: site.answerWithin * max(1, order.subject.cards),
            provesOrder: { SeparatedFields(body: $0)?[0].map(proofs.contains) ?? false }, on: link)

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

    /// The serial numbers of the cards. Where they stand in the answer is **not proven**: they are taken from behind the encoder if they
    /// look like some.
    private func serials(in answer: SeparatedFields) -> [String?] {
        guard site.serialReturn != "0" else { return [] }
        return (2..<max(2, answer.count)).compactMap { answer[$0] }.filter { !$0.isEmpty }.map(KeyWork.serial)
    }
}
