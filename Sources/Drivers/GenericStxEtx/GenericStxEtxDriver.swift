// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing

/// Lock systems that are reached by messages between a start and an end byte, described by settings alone: a profile of a known
/// family, or all of them written by the site. The same engine as the Industry Standard, with every parameter open.
public struct GenericStxEtxDriver: EncoderDriver {
    let settings: GenericSettings
    private let dialogue: StxEtxDialogue

    public init(settings: DriverSettings) throws(SettingsFault) {
        self.settings = try GenericSettings(settings)
        dialogue = StxEtxDialogue(self.settings.flow)
    }

    public var line: LineSettings { settings.line }
    public var lateAnswerWindow: Duration { settings.lateAnswerWindow }
    public func makeCodec(for port: PortKind) -> StxEtxCodec { StxEtxCodec(settings.layout.parameters) }

    public var promise: Duration { Patience.standard.promise(forAnswerWithin: settings.answerWithin) }

    /// ENQ and its like are no answers to an order.
    public func isAnswer(_ frame: StxEtxFrame) -> Bool { if case .message = frame { true } else { false } }

    /// A late answer is acknowledged like any other, or the encoder would say it again.
    public func acknowledgement(ofUnasked frame: StxEtxFrame) -> StxEtxFrame? {
        switch frame {
        case .message: settings.flow.acknowledgesAnswer ? .ack : nil
        case .control: settings.flow.answerIsEnquired && frame == .enq ? .ack : nil
        }
    }

    public func timeLimit(for task: EncoderTask) -> Duration {
        let one = settings.flow.longestHandshake + settings.answerWithin
        return switch task {
        case .cut(let order, _): one * max(1, min(order.copies, KeyOrder.maximumCopies)) + .seconds(1)
        case .read, .checkOut, .write, .erase, .reset, .selfTest: one + .seconds(1)
        }
    }

    /// The profile's name, and whether somebody answers. A family without ENQ and without a harmless message cannot be asked: there
    /// the open port is all that is known.
    public func identify(on link: some Link<StxEtxFrame>) async throws(Fault) -> EncoderIdentity {
        if settings.messages[.identify] != nil {
            _ = try await answer(to: .identify, facts(), effect: .none, cards: 0, on: link)
        } else if settings.flow.enquires {
            try await dialogue.enquire(on: link)
        }
        return EncoderIdentity(model: settings.profile.map { "\($0.title) (\($0.status) profile)" })
    }

    public func perform(
        _ task: EncoderTask, on link: some Link<StxEtxFrame>, progress: some TaskProgress
    ) async throws(Fault) -> TaskResult {
        switch task {
        case .cut(let order, let clock):
            return TaskResult(receipts: try await cut(order, on: clock, link: link, progress: progress))
        case .read:
            try need(.read, "this profile knows no message to read a card")
            try await progress.waitingForCard(copy: 1, of: 1)
            let body = try await answer(to: .read, facts(), effect: .none, cards: 0, on: link)
            let words = settings.readings.compactMapValues { $0.text(in: body, settings.layout) }.filter { !$0.value.isEmpty }
            return TaskResult(reading: words.isEmpty ? ["kind": "card of this lock system"] : words)
        case .checkOut(let lockID):
            try need(.checkOut, "this profile knows no message for a check-out")
            var facts = facts()
            facts.rooms = [lockID]
            // It may have been done, and nothing is lost if a person repeats it.
            _ = try await answer(to: .checkOut, facts, effect: .once, cards: 0, on: link)
            return TaskResult()
        case .write, .erase, .reset, .selfTest:
            throw Fault(.rejected(reason: "the lock system of this encoder makes the cards itself: order a key instead"))
        }
    }

    // MARK: Keys

    private func cut(
        _ order: KeyOrder, on clock: PropertyClock, link: some Link<StxEtxFrame>, progress: some TaskProgress
    ) async throws(Fault) -> [Receipt] {
        if let objection = order.objection() { throw Fault(.rejected(reason: objection)) }
        guard order.cardImage == nil else {
            throw Fault(.rejected(reason: "the lock system of this encoder makes the card itself and takes no card image"))
        }
        if order.mode == .copy { try need(.copy, "this profile knows no message for one more key, cut a new one") }
        var receipts: [Receipt] = []
        while receipts.count < order.copies {
            // A second "new" would cancel the first key: where one message cannot order all cards, the others are copies.
            let message: GenericSettings.Message = order.mode == .copy || !receipts.isEmpty ? .copy : .new
            let template = settings.messages[message]
            let cards = template?.tellsCopies == true ? order.copies - receipts.count : 1
            if receipts.isEmpty, cards < order.copies {
                try need(.copy, "this profile can cut one key an order, order them one by one")
            }
            var facts = facts()
            let remark = try fill(&facts, from: order, cards: cards, on: clock, for: template)
            // Said before the order goes out: once the encoder has it, only the encoder knows when it wants which card.
            try await progress.waitingForCard(copy: receipts.count + 1, of: order.copies)
            let body = try await answer(to: message, facts, effect: .writesCard, cards: cards, on: link)
            if receipts.isEmpty, let remark { await progress.remark(remark) }
            for _ in 0..<cards {
                // The answer says that the encoder has finished, not that it has read back what it wrote.
                let receipt = Receipt(
                    copy: receipts.count + 1, serial: cards == 1 ? serial(in: body) : nil, verified: false, at: Date())
                receipts.append(receipt)
                if cards == 1, receipts.count < order.copies { try await progress.finished(receipt) }
            }
        }
        return receipts
    }

    /// Puts an order into the facts of a message. Gives what a person should know of the key's end.
    private func fill(
        _ facts: inout MessageFacts, from order: KeyOrder, cards: Int, on clock: PropertyClock, for template: MessageTemplate?
    ) throws(Fault) -> String? {
        let wall = WallClock(step: template?.dateStep ?? 60, timeZone: clock.timeZone)
        guard let start = wall.start(order.validFrom), let end = wall.end(order.validUntil) else { throw LockClock.outOfRange }
        facts.rooms = order.lockIds
        facts.from = start
        facts.until = end.time
        facts.copies = cards
        facts.operatorName = settings.operatorName ?? clock.operatorName
        facts.guestName = order.guestName ?? ""
        facts.reservationNumber = order.reservationNumber ?? ""
        return end.remark
    }

    private func serial(in body: [UInt8]) -> String? {
        guard let serial = settings.serial?.text(in: body, settings.layout), (4...32).contains(serial.count),
            serial.allSatisfy(\.isHexDigit)
        else { return nil }
        return serial.uppercased()
    }

    // MARK: Messages

    private func facts() -> MessageFacts {
        MessageFacts(encoder: settings.encoder, site: settings.site, operatorName: settings.operatorName ?? "")
    }

    private func need(_ message: GenericSettings.Message, _ reason: String) throws(Fault) {
        if settings.messages[message] == nil { throw Fault(.rejected(reason: reason)) }
    }

    /// Sends a message and gives the answer that reports success. Everything else is a fault.
    private func answer(
        to message: GenericSettings.Message, _ facts: MessageFacts, effect: CommandEffect, cards: Int, on link: some Link<StxEtxFrame>
    ) async throws(Fault) -> [UInt8] {
        guard let template = settings.messages[message] else {
            throw Fault(.rejected(reason: "this profile knows no message '\(message.rawValue)'"))
        }
        let settings = settings
        let body = try await dialogue.ask(
            message.rawValue, try template.body(facts, settings.layout), effect: effect,
            answerWithin: settings.answerWithin * max(1, cards),
            // The encoder is only ever too busy for the order that it is given now.
            provesOrder: { settings.result?.text(in: $0, settings.layout).map(settings.codes.isBusy) ?? false }, on: link)

        let inDoubt: CardKnowledge = effect == .writesCard ? .unknown : .untouched
        if let echo = settings.encoderEcho?.text(in: body, settings.layout), echo != settings.encoder {
            throw Fault(.malformedReply, card: inDoubt, detail: "\(message.rawValue): the answer names another encoder")
        }
        guard let code = settings.result?.text(in: body, settings.layout) else {
            throw Fault(.malformedReply, card: inDoubt, detail: "\(message.rawValue): the answer has no code")
        }
        let text = settings.errorText?.text(in: body, settings.layout)
        if let fault = settings.codes.fault(code, text: text, reading: message == .read, cards: cards) { throw fault }
        return body
    }
}
