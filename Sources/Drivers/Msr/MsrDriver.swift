// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Ports

/// Magnetic encoders that a person swipes each card through: the MSR206 and its descendants.
///
/// Facts from the MSR206, MSR605, MSR606 and MSRE206 programming manuals; the packets of the 605X from open drivers
/// (github.com/natesales/msr605x, github.com/hasanen/msrx-tool, github.com/Magnetic-Fox/MSR605X).
public struct MsrDriver: EncoderDriver {
    let site: MsrSettings

    public init(settings: DriverSettings) throws(SettingsFault) {
        site = try MsrSettings(settings)
    }

    public var line: LineSettings { site.line }
    public func makeCodec(for port: PortKind) -> EscSequenceCodec { EscSequenceCodec(port == .hidraw ? .reports : .bare) }
    /// An order is always taken back by a reset: none can be answered later.
    public var lateAnswerWindow: Duration { .zero }
    /// The encoder has a supply of its own, and the USB adapter before it does not tell when that is unplugged.
    public var healthCheck: Duration? { .seconds(60) }

    public var promise: Duration { Patience.standard.promise(forAnswerWithin: site.swipeWithin) }
    public func timeLimit(for task: EncoderTask) -> Duration {
        let questions = Duration.seconds(30)
        return switch task {
        case .write(let batch): questions + (site.swipeWithin * (site.verification == .swipe ? 4 : 1) + .seconds(15)) * batch.due.count
        case .cut, .read, .erase, .reset, .selfTest, .checkOut, .keyChange: questions + site.swipeWithin
        }
    }

    /// Resets it first: a program that ended while a swipe was awaited leaves the encoder deaf for everything else. Then its firmware is
    /// looked at: readers of another maker have the USB id of the 605X.
    public func identify(on link: some Link<EscFrame>) async throws(Fault) -> EncoderIdentity {
        let dialogue = MsrDialogue(link: link)
        try await dialogue.wake()
        let model = try await dialogue.model()
        let firmware = try await dialogue.firmware()
        // On a serial line nothing else answers ESC e, and clones are known that have no such command.
        guard link.kind != .hidraw || firmware?.hasPrefix("REV") == true else {
            throw Fault(
                .rejected(
                    reason: "the device on this port answers, but not as an MSR encoder does: it may be a reader of another maker with the "
                        + "same USB id, so choose its port or driver anew"),
                detail: "ESC v: no REV")
        }
        return EncoderIdentity(model: model.map(Self.words), firmware: firmware)
    }

    public func listen(on link: some Link<EscFrame>) async throws(Fault) {
        try await MsrDialogue(link: link).listen()
    }

    private static func words(forModel model: UInt8) -> String {
        switch model {
        case 0x31: "track 2"
        case 0x32: "tracks 2 and 3"
        case 0x33: "tracks 1, 2 and 3"
        case 0x35: "tracks 1 and 2"
        default: "model \(String(UnicodeScalar(model)).filter { $0.isLetter || $0.isNumber })"
        }
    }

    public func perform(
        _ task: EncoderTask, on link: some Link<EscFrame>, progress: some TaskProgress
    ) async throws(Fault) -> TaskResult {
        let dialogue = MsrDialogue(link: link)
        switch task {
        case .write(let batch): return TaskResult(receipts: try await encode(batch, dialogue, progress))
        case .read:
            if site.reading == .raw { try await set(widths: site.widths, dialogue) }
            let command: (EscCommand, String) = site.reading == .iso ? (.readISO, "ESC r") : (.readRaw, "ESC m")
            let frame = try await shown(dialogue) { () throws(Fault) in
                try await progress.waitingForCard(copy: 1, of: 1)
                return try await dialogue.swipe(command.0, command.1, effect: .none, within: site.swipeWithin)
            } judged: { (frame) throws(Fault) in
                _ = try MsrReading.result(of: frame, widths: site.widths)
            }
            return try MsrReading.result(of: frame, widths: site.widths)
        case .erase:
            try await set(site.coercivity, dialogue)
            _ = try await shown(dialogue) { () throws(Fault) in
                try await progress.waitingForCard(copy: 1, of: 1)
                return try await dialogue.swipe(.erase(site.erasedTracks), "ESC c", effect: .writesCard, within: site.swipeWithin)
            } judged: { (frame) throws(Fault) in
                try judge(frame, .erase)
            }
            return TaskResult(reading: ["card": "erased", "tracks": site.erasedTracks.sorted().map(String.init).joined(separator: ", ")])
        case .reset:
            try await dialogue.wake()
            return TaskResult()
        case .selfTest:
            try await dialogue.wake()
            return TaskResult(reading: ["line": "ok", "RAM": try await dialogue.memoryTest()])
        case .cut, .checkOut, .keyChange:
            throw Fault(.rejected(reason: "this encoder writes card content and knows no lock system: send a cardImage with the order"))
        }
    }
}

// MARK: - Cards

extension MsrDriver {
    /// Every card of an order. All of them are looked at before the first command goes out.
    private func encode(
        _ batch: CardBatch, _ dialogue: MsrDialogue<some Link<EscFrame>>, _ progress: some TaskProgress
    ) async throws(Fault) -> [Receipt] {
        var plans: [(copy: Int, plan: StripePlan)] = []
        for (copy, image) in batch.due { plans.append((copy, try StripePlan(image, site))) }
        var receipts: [Receipt] = []
        var setFor: StripePlan?
        for (copy, plan) in plans {
            if setFor?.coercivity != plan.coercivity || setFor?.widths != plan.widths { try await set(for: plan, dialogue) }
            setFor = plan
            _ = try await shown(dialogue) { () throws(Fault) in
                try await progress.waitingForCard(copy: copy, of: batch.images.count)
                let name = plan.widths == nil ? "ESC w" : "ESC n"
                return try await dialogue.swipe(plan.command, name, effect: .writesCard, within: site.swipeWithin)
            } judged: { (frame) throws(Fault) in
                try judge(frame, .write(plan.coercivity))
            }
            let verified = site.verification == .swipe ? try await verify(copy, plan, dialogue, progress) : false
            let receipt = Receipt(copy: copy, serial: nil, verified: verified, at: Date())
            receipts.append(receipt)
            if receipts.count < plans.count { try await progress.finished(receipt) }
        }
        return receipts
    }

    /// Asks for the card once more. A swipe that cannot be read may be repeated; one that does not come leaves the card unverified,
    /// which the receipt says.
    private func verify(
        _ copy: Int, _ plan: StripePlan, _ dialogue: MsrDialogue<some Link<EscFrame>>, _ progress: some TaskProgress
    ) async throws(Fault) -> Bool {
        try await progress.waitingToVerify(copy: copy)
        for _ in 1...3 {
            await dialogue.showOutcome(.yellow)
            let frame: EscFrame
            do throws(Fault) {
                let name = plan.widths == nil ? "ESC r" : "ESC m"
                frame = try await dialogue.swipe(plan.reading, name, effect: .none, within: site.swipeWithin)
            } catch {
                await dialogue.showOutcome(.off)
                guard error.kind == .timeout else { throw Fault(error.kind, card: .written, detail: error.detail) }
                await progress.remark(.notChecked(copy: copy))
                return false
            }
            switch plan.compare(with: frame) {
            case .same:
                await dialogue.showOutcome(.green)
                return true
            case .differs(let track):
                await dialogue.showOutcome(.red)
                throw Fault(.verifyFailed, card: .written, detail: "track \(track) reads back differently")
            case .unreadable: continue
            }
        }
        await dialogue.showOutcome(.red)
        throw Fault(.verifyFailed, card: .written, detail: "unreadable in three swipes")
    }

    /// Waits for a swipe with the yellow light on, then shows green or red by what came.
    private func shown(
        _ dialogue: MsrDialogue<some Link<EscFrame>>, _ swipe: () async throws(Fault) -> EscFrame,
        judged: (EscFrame) throws(Fault) -> Void
    ) async throws(Fault) -> EscFrame {
        try await dialogue.show(.yellow)
        do throws(Fault) {
            let frame = try await swipe()
            try judged(frame)
            await dialogue.showOutcome(.green)
            return frame
        } catch {
            if error.kind != .offline { await dialogue.showOutcome(error.kind == .cancelled ? .off : .red) }
            throw error
        }
    }

    private func judge(_ frame: EscFrame, _ work: MsrStatus.Work) throws(Fault) {
        guard case .status(let status) = frame else { throw Fault(.malformedReply, card: .unknown, detail: "tracks instead of a status") }
        if let fault = MsrStatus.fault(status, during: work) { throw fault }
    }

    // MARK: Settings

    private func set(for plan: StripePlan, _ dialogue: MsrDialogue<some Link<EscFrame>>) async throws(Fault) {
        try await set(plan.coercivity, dialogue)
        if let zeros = site.leadingZeros {
            try await dialogue.set(.leadingZeros(outer: zeros.outer, middle: zeros.middle), "ESC z", meaning: "leading zeros")
        }
        if let widths = plan.widths { try await set(widths: widths, dialogue) } else { try await setDensities(dialogue) }
    }

    /// For each job: an encoder starts with low coercivity, and somebody may have plugged it out and in.
    private func set(_ coercivity: MagneticImage.Coercivity, _ dialogue: MsrDialogue<some Link<EscFrame>>) async throws(Fault) {
        let isHigh = coercivity == .high
        try await dialogue.set(.coercivity(high: isHigh), isHigh ? "ESC x" : "ESC y", meaning: "coercivity")
    }

    private func set(widths: [UInt8], _ dialogue: MsrDialogue<some Link<EscFrame>>) async throws(Fault) {
        try await setDensities(dialogue)
        try await dialogue.set(.bitsPerCharacter(widths[0], widths[1], widths[2]), "ESC o", meaning: "bits per character")
    }

    private func setDensities(_ dialogue: MsrDialogue<some Link<EscFrame>>) async throws(Fault) {
        for (track, density) in site.densities.sorted(by: { $0.key < $1.key }) {
            try await dialogue.set(.density(track: track, density), "ESC b", meaning: "bits per inch of track \(track)")
        }
    }
}
