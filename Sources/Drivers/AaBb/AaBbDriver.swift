// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import Ports

/// Readers and writers whose frames begin with AA BB: SL500 ("MasterRD"), YHY522/523/632, ER301/302, and most unbranded 13.56 MHz
/// writers behind a serial adapter.
///
/// Facts from two open drivers and from an application's constants; no maker's manual (hardware-notes/aabb.md).
public struct AaBbDriver: EncoderDriver {
    let site: AaBbSettings
    /// Lives as long as the driver, that is as long as the encoder is configured.
    private let tally = AaBbTally()

    public init(settings: DriverSettings) throws(SettingsFault) {
        site = try AaBbSettings(settings)
    }

    public var line: LineSettings { site.line }
    public func makeCodec(for port: PortKind) -> AaBbCodec { AaBbCodec() }
    /// A reader answers within a fraction of a second or not at all.
    public var lateAnswerWindow: Duration { .seconds(1) }
    public var presence: PresenceWatch { .polled(every: .milliseconds(300)) }

    public var promise: Duration { Patience.standard.promise(forAnswerWithin: site.cards.cardTimeout) }
    public func timeLimit(for task: EncoderTask) -> Duration {
        site.cards.timeLimit(for: task, commandWithin: site.answerWithin + .milliseconds(100))
    }

    public func identify(on link: some Link<AaBbFrame>) async throws(Fault) -> EncoderIdentity {
        tally.forgetLights()
        var dialogue = dialogue(on: link)
        let found = try await find(&dialogue)
        if let speed = site.speed, speed != found { try await change(to: speed, dialogue) }
        let firmware = try await firmware(dialogue)
        return EncoderIdentity(model: site.model.title, firmware: firmware)
    }

    public func lookForCard(on link: some Link<AaBbFrame>) async throws(Fault) -> CardPresence {
        try await reader(on: link).look()
    }

    public func perform(
        _ task: EncoderTask, on link: some Link<AaBbFrame>, progress: some TaskProgress
    ) async throws(Fault) -> TaskResult {
        switch task {
        case .reset:
            let dialogue = dialogue(on: link)
            for field: UInt8 in [0, 1] { _ = try await dialogue.command("field", AaBbCode.antenna, [field]) }
            return TaskResult()
        case .selfTest:
            let firmware = try await firmware(dialogue(on: link)) ?? "it tells none"
            return TaskResult(reading: ["line": "ok", "firmware": firmware, "tolerated": tally.words])
        case .write, .read, .erase, .cut, .checkOut, .keyChange:
            return try await CardWork(reader(on: link), site.cards).perform(task, progress: progress)
        }
    }

    // MARK: Parts

    private func dialogue<Wire: Link>(on link: Wire) -> AaBbDialogue<Wire> where Wire.Frame == AaBbFrame {
        AaBbDialogue(link: link, node: site.node, tally: tally, answerWithin: site.answerWithin)
    }

    private func reader<Wire: Link>(on link: Wire) -> AaBbReader<Wire> where Wire.Frame == AaBbFrame {
        AaBbReader(dialogue: dialogue(on: link), signals: site.signals)
    }

    /// Version text; `nil` if the reader has none to tell.
    private func firmware(_ dialogue: AaBbDialogue<some Link<AaBbFrame>>) async throws(Fault) -> String? {
        let answer = try await dialogue.ask("firmware", AaBbCode.firmware)
        guard answer.status == .ok, !answer.data.isEmpty else { return nil }
        let isText = answer.data.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0 }
        let text = SeparatedFields.text(answer.data.filter { $0 != 0 })
        return isText && !text.isEmpty ? text : HexText.encode(answer.data)
    }

    /// Asks at the line's speed and then at others.
    /// - Returns: the speed at which the reader answers; the line has it now.
    private func find(_ dialogue: inout AaBbDialogue<some Link<AaBbFrame>>) async throws(Fault) -> Int {
        do throws(Fault) {
            _ = try await dialogue.ask("firmware", AaBbCode.firmware)
            return site.line.baud
        } catch {
            guard error.kind == .offline || error.kind == .malformedReply else { throw error }
        }
        var hasty = dialogue
        hasty.attempts = 1
        hasty.answerWithin = min(site.answerWithin, .milliseconds(300))
        for speed in site.otherSpeeds {
            try await dialogue.link.changeSpeed(speed)
            do throws(Fault) {
                _ = try await hasty.ask("firmware", AaBbCode.firmware)
                return speed
            } catch {
                guard error.kind == .offline || error.kind == .malformedReply else { throw error }
            }
        }
        try await dialogue.link.changeSpeed(site.line.baud)
        throw Fault(.offline, detail: "no answer at any speed")
    }

    /// The answer still comes at the old speed.
    private func change(to speed: Int, _ dialogue: AaBbDialogue<some Link<AaBbFrame>>) async throws(Fault) {
        guard let code = AaBbCode.speeds[speed] else { throw Fault(.rejected(reason: "this family has no speed \(speed)")) }
        _ = try await dialogue.command("speed", AaBbCode.setSpeed, [code])
        try await dialogue.link.changeSpeed(speed)
        try await dialogue.link.rest(.milliseconds(50))
    }
}
