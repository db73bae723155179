// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// From a chip in whatever state to one that works for us.
struct Pn532Setup<Wire: Link>: Sendable where Wire.Frame == Pn532Frame {
    let link: Wire
    let site: Pn532Settings

    func identify() async throws(Fault) -> EncoderIdentity {
        let found = try await find()
        let dialogue = Pn532Dialogue(link: link)
        let version = try await dialogue.ask("firmware", Pn532Code.firmwareVersion)
        guard version.count == 4 else { throw Fault(.malformedReply, detail: "firmware: \(version.count) bytes in place of 4") }
        try await configureRadio(dialogue)
        if site.speed != found { try await change(to: site.speed, dialogue) }
        let model = version[0] == 0x32 ? "PN532" : "NXP chip \(HexText.encode([version[0]]))"
        return EncoderIdentity(model: model, firmware: "\(version[1]).\(version[2])")
    }

    /// Breaks off what the chip is at and brings it to rest, field off and on again.
    func reset() async throws(Fault) {
        let dialogue = Pn532Dialogue(link: link)
        try await wake(dialogue)
        _ = try await dialogue.ask("release", Pn532Code.release, [0])
        for field in [UInt8(0), 1] { _ = try await dialogue.ask("field", Pn532Code.radioConfiguration, [1, field]) }
        try await configureRadio(dialogue)
    }

    /// Asks the chip for its own tests. None of them touches a card.
    func selfTest() async throws(Fault) -> [String: String] {
        let dialogue = Pn532Dialogue(link: link)
        let text = Array("encoder-bridge".utf8)
        let echo = try await dialogue.ask("diagnose line", Pn532Code.diagnose, [0x00] + text)
        let rom = try await dialogue.ask("diagnose ROM", Pn532Code.diagnose, [0x01])
        let ram = try await dialogue.ask("diagnose RAM", Pn532Code.diagnose, [0x02])
        // Its memory was tried: what it was told before may be lost.
        try await wake(dialogue)
        try await configureRadio(dialogue)
        func verdict(_ good: Bool) -> String { good ? "ok" : "failed" }
        return ["line": verdict(echo == [0x00] + text), "ROM": verdict(rom == [0]), "RAM": verdict(ram == [0])]
    }

    /// Wakes the chip, at the speed it has: one that was left by another program may have a speed of that program's choice.
    /// - Returns: the speed of the line.
    private func find() async throws(Fault) -> Int {
        var hasty = Pn532Dialogue(link: link, acknowledgeWithin: .milliseconds(400))
        do throws(Fault) {
            try await wake(hasty)
            return Pn532Settings.startSpeed
        } catch {
            guard error.kind == .offline || error.kind == .malformedReply || error.kind == .timeout else { throw error }
        }
        hasty.acknowledgeWithin = .milliseconds(200)
        hasty.attempts = 2
        for speed in site.otherSpeeds {
            try await link.changeSpeed(speed)
            do throws(Fault) {
                try await wake(hasty)
                return speed
            } catch {
                guard error.kind == .offline || error.kind == .malformedReply || error.kind == .timeout else { throw error }
            }
        }
        try await link.changeSpeed(Pn532Settings.startSpeed)
        throw Fault(.offline, detail: "no answer at any speed")
    }

    private func wake(_ dialogue: Pn532Dialogue<Wire>) async throws(Fault) {
        try await link.send(Command("wake up", .wakeUp))
        try await dialogue.breakOff()
        // Normal mode: no security module.
        _ = try await dialogue.ask("SAM configuration", Pn532Code.samConfiguration, [0x01])
    }

    /// How often the radio tries: without it a list of cards would wait for ever. Order: attributes, speed, activation.
    ///
    /// A card that also speaks ISO 14443-4 (SAK 28, MIFARE Plus, phones) must not be brought to it: it would take MIFARE Classic commands
    /// for words of its own. So only the parameter bit for automatic ATR_RES stays of the chip's two (UM0701-02, 7.2.9).
    private func configureRadio(_ dialogue: Pn532Dialogue<Wire>) async throws(Fault) {
        _ = try await dialogue.ask("parameters", Pn532Code.setParameters, [0x04])
        _ = try await dialogue.ask("radio retries", Pn532Code.radioConfiguration, [0x05, 0x00, 0x01, 0x02])
    }

    /// The chip answers at the old speed and changes when it gets our ACK.
    private func change(to speed: Int, _ dialogue: Pn532Dialogue<Wire>) async throws(Fault) {
        guard let code = Pn532Settings.speeds[speed] else { throw Fault(.rejected(reason: "the PN532 has no speed \(speed)")) }
        _ = try await dialogue.ask("speed", Pn532Code.setBaudRate, [code])
        try await dialogue.breakOff()
        try await link.changeSpeed(speed)
        _ = try await dialogue.ask("firmware", Pn532Code.firmwareVersion)
    }
}
