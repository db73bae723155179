// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// Card steps as the AA BB readers do them.
struct AaBbReader<Wire: Link>: ContactlessReader where Wire.Frame == AaBbFrame {
    let dialogue: AaBbDialogue<Wire>
    let signals: Bool

    /// All cards are called, not the idle ones only: one that was halted by a wrong key wakes up.
    private static var all: UInt8 { 0x52 }

    func select() async throws(Fault) -> SelectedCard? {
        guard let answer = try await step("request", AaBbCode.request, [Self.all]) else { return nil }
        guard answer.count == 2 else { throw Fault(.malformedReply, detail: "request: \(answer.count) bytes in place of 2") }
        guard let short = try await step("anticollision", AaBbCode.anticollision, [0x04]) else { return nil }
        // A serial number of seven bytes has a selection of its own, which does not tell the kind of card: only the ATQA does, and it
        // is that of Ultralight and NTAG. DESFire and its like are no cards of ours.
        if answer[0] & 0xC0 != 0 {
            guard answer == [0x44, 0x00] else { return SelectedCard(uid: short, technology: .other(sak: 0x20)) }
            guard let uid = try await step("select", AaBbCode.selectUltralight) else { return nil }
            guard [4, 7, 10].contains(uid.count) else {
                throw Fault(.malformedReply, detail: "select: \(uid.count) bytes of a serial number")
            }
            return SelectedCard(uid: uid, technology: .ultralight)
        }
        guard short.count == 4 else { throw Fault(.malformedReply, detail: "anticollision: \(short.count) bytes in place of 4") }
        guard let sak = try await step("select", AaBbCode.select, short) else { return nil }
        guard let kind = sak.first else { throw Fault(.malformedReply, detail: "select: no kind of card") }
        return SelectedCard(uid: short, technology: CardTechnology(sak: kind))
    }

    func authenticate(_ card: SelectedCard, block: Int, key: [UInt8], kind: BlockImage.KeyKind) async throws(Fault) {
        _ = try await dialogue.command("authenticate", AaBbCode.authenticate, [kind == .a ? 0x60 : 0x61, try number(block)] + key)
    }

    func read(_ card: SelectedCard, at place: Int) async throws(Fault) -> [UInt8] {
        try await dialogue.command("read", AaBbCode.readBlock, [try number(place)])
    }

    func write(_ card: SelectedCard, block: Int, _ bytes: [UInt8]) async throws(Fault) {
        _ = try await dialogue.command("write", AaBbCode.writeBlock, [try number(block)] + bytes, effect: .writesCard)
    }

    /// Cards with pages take a write of 16 bytes too and keep the first four of them ("compatibility write", NXP MF0ICU1, NTAG21x).
    func write(_ card: SelectedCard, page: Int, _ bytes: [UInt8]) async throws(Fault) {
        let filled = bytes + [UInt8](repeating: 0, count: max(0, 16 - bytes.count))
        _ = try await dialogue.command("write", AaBbCode.writeBlock, [try number(page)] + filled, effect: .writesCard)
    }

    /// One light of two colours and a beeper. A reader that has them not refuses, or says nothing: then it is not asked again. Asked
    /// once and shortly, so that no card waits for a lamp.
    func signal(_ signal: PersonSignal) async throws(Fault) {
        guard signals, dialogue.tally.hasLights else { return }
        var dialogue = dialogue
        dialogue.attempts = 1
        dialogue.answerWithin = min(dialogue.answerWithin, .milliseconds(300))
        let (light, beep): (UInt8, UInt8?) =
            switch signal {
            case .idle: (0x00, nil)
            case .waiting: (0x02, nil)
            case .working: (0x03, nil)
            case .ok: (0x02, 10)
            case .failed: (0x01, 100)
            }
        do throws(Fault) {
            _ = try await dialogue.ask("light", AaBbCode.light, [light])
            if let beep { _ = try await dialogue.ask("beep", AaBbCode.beep, [beep]) }
        } catch {
            if error.kind == .offline || error.kind == .timeout { dialogue.tally.noLights() }
            throw error
        }
    }

    func rest(_ length: Duration) async throws(Fault) {
        try await dialogue.link.rest(length)
    }

    var remaining: Duration { get async { await dialogue.link.remaining } }

    /// A step of the selection; `nil`: no card, or it left.
    private func step(_ name: String, _ code: UInt16, _ payload: [UInt8] = []) async throws(Fault) -> [UInt8]? {
        let answer = try await dialogue.ask(name, code, payload)
        if answer.status == .ok { return answer.data }
        guard answer.status.meansNoCard else { throw answer.status.fault }
        return nil
    }

    private func number(_ place: Int) throws(Fault) -> UInt8 {
        guard let number = UInt8(exactly: place) else { throw Fault(.rejected(reason: "no card has a place number \(place)")) }
        return number
    }
}
