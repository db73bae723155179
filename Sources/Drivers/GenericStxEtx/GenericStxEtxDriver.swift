// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Ports

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
    public var keys: KeyAbilities { settings.abilities }
    public func makeCodec(for port: PortKind) -> StxEtxCodec { StxEtxCodec(settings.layout.parameters) }

    public var promise: Duration { Patience.standard.promise(forAnswerWithin: settings.answerWithin) }

    /// ENQ and its like are no answers to an order.
    public func isAnswer(_ frame: StxEtxFrame) -> Bool { if case .message = frame { true } else { false } }

    public func isBusy(_ frame: StxEtxFrame) -> Bool { if case .message(let body) = frame { settings.saysBusy(body) } else { false } }

    /// A late answer is acknowledged like any other, or the encoder would say it again.
    public func acknowledgement(ofUnasked frame: StxEtxFrame) -> StxEtxFrame? {
        switch frame {
        case .message: settings.flow.acknowledgesAnswer ? .ack : nil
        case .control: settings.flow.answerIsEnquired && frame == .enq ? .ack : nil
        }
    }

    public func timeLimit(for task: EncoderTask) -> Duration {
        let handshake = settings.flow.longestHandshake
        return switch task {
        case .cut(let order, _): KeyWork.timeLimit(for: order, handshake: handshake, perKey: settings.answerWithin)
        case .read, .checkOut, .keyChange, .write, .erase, .reset, .selfTest: handshake + settings.answerWithin + .seconds(1)
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
            let words = settings.words(of: body)
            return TaskResult(reading: words.isEmpty ? ["kind": "card of this lock system"] : words)
        case .checkOut(let lockID, let reservation):
            try need(.checkOut, "this profile knows no message for a check-out")
            guard reservation == nil else { throw KeyWork.endsWholeRooms }
            var facts = facts()
            facts.rooms = [lockID]
            // It may have been done, and nothing is lost if a person repeats it.
            let room = facts
            return try await KeyWork.checkOut { () async throws(Fault) in
                _ = try await answer(to: .checkOut, room, effect: .once, cards: 0, on: link)
            }
        case .keyChange: throw KeyWork.changesNoKeys
        case .write, .erase, .reset, .selfTest:
            throw KeyWork.makesCardsItself
        }
    }

    // MARK: Keys

    private func cut(
        _ order: KeyOrder, on clock: PropertyClock, link: some Link<StxEtxFrame>, progress: some TaskProgress
    ) async throws(Fault) -> [Receipt] {
        let settings = settings
        let work = try KeyWork(order) { settings.mostKeys($0) }
        guard order.mode != .oneShot else { throw KeyAbilities.noOneShots.fault }
        if order.mode == .copy || order.copies > work.mostInMessage(.new) { try need(.copy, "this profile makes one new key an order") }
        let (rooms, leftOut) = try rooms(of: order)
        // What cannot be ordered is refused before anybody is asked for a card.
        let template = settings.messages[order.mode == .copy ? .copy : .new]
        let first = try fill(from: order, rooms: rooms, keys: 1, on: clock, for: template)
        _ = try template?.body(first.facts, settings.layout)
        let remarks = [leftOut, first.remark]
        return try await work.cut(progress: progress, remarks: remarks.compactMap(\.self)) { (mode, keys) throws(Fault) in
            let message: GenericSettings.Message = mode == .copy ? .copy : .new
            let facts = try fill(from: order, rooms: rooms, keys: keys, on: clock, for: settings.messages[message]).facts
            let body = try await answer(to: message, facts, effect: .writesCard, cards: keys, on: link)
            return keys == 1 ? [KeyWork.serial(settings.serial?.text(in: body, settings.layout))] : []
        }
    }

    /// The rooms that go onto the key, and what to say of those that do not. The first is the guest's own; behind it stand common areas.
    private func rooms(of order: KeyOrder) throws(Fault) -> (rooms: [String], remark: Remark?) {
        let most = settings.mostRooms
        guard order.lockIds.count > most, settings.leavesRoomsOut else { return (order.lockIds, nil) }
        let (taken, left) = (order.lockIds.prefix(most), order.lockIds.dropFirst(most))
        return (Array(taken), .doorsLeftOut(taken: Array(taken), left: Array(left)))
    }

    /// An order as the facts of a message, with what a person should know of the key's end.
    private func fill(
        from order: KeyOrder, rooms: [String], keys: Int, on clock: PropertyClock, for template: MessageTemplate?
    ) throws(Fault) -> (facts: MessageFacts, remark: Remark?) {
        let wall = WallClock(step: template?.dateStep ?? 60, timeZone: clock.timeZone)
        guard let start = wall.start(order.validFrom), let end = wall.end(order.validUntil) else { throw WallClock.outOfRange }
        var facts = facts()
        facts.rooms = rooms
        facts.from = start
        facts.until = end.time
        facts.copies = keys
        facts.operatorName = settings.operatorName ?? clock.operatorName
        facts.guestName = order.guestName ?? ""
        facts.reservationNumber = order.reservationNumber ?? ""
        return (facts, end.remark)
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
            provesOrder: { settings.saysBusy($0) }, on: link)

        let inDoubt: CardKnowledge = effect == .writesCard ? .unknown : .untouched
        if let echo = settings.encoderEcho?.text(in: body, settings.layout), echo != settings.encoder {
            throw Fault(.malformedReply, card: inDoubt, detail: "\(message.rawValue): the answer names another encoder")
        }
        guard let code = settings.result?.text(in: body, settings.layout) else {
            throw Fault(.malformedReply, card: inDoubt, detail: "\(message.rawValue): the answer has no code")
        }
        let text = settings.errorText?.text(in: body, settings.layout)
        // A family that repeats the command for "well done" says it of the command that it carried out, and of no other.
        guard settings.isAnswer(code, to: message) else {
            throw Fault(.malformedReply, card: inDoubt, detail: "\(message.rawValue): answered by '\(code.prefix(4))'")
        }
        if let fault = settings.codes.fault(code, text: text, reading: message == .read, cards: cards) { throw fault }
        return body
    }
}
