// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Ports

/// The smallest raw encoder, spoken with in lines: ID, LOOK -> CARD uid | NONE, WRITE content -> OK | BAD | BUSY, CHECK -> SAME | OTHER,
/// READ -> DATA content, STOP -> STOPPED; WAIT answers when a card comes. What nobody asked for begins with a star: `*CARD uid`,
/// `*NONE`, and `*?` for "look".
///
/// Does not look whether a card was used before, so that the session is seen to.
struct RawToyDriver: EncoderDriver {
    static let manifest = DriverManifest(
        name: "raw-toy", title: "Raw toy", kind: .raw, capabilities: [.presence, .serial, .read, .erase, .reset, .cancel], ports: [.tty],
        line: LineSettings(baud: 9600), settings: [], models: [], hardwareNote: "toy.md")
    var presence = PresenceWatch.none
    var healthCheck: Duration?
    /// Waits for the card with one command that can be taken back, not by asking again and again.
    var waitsInOneCommand = false
    var patience: Duration = .seconds(30)
    /// Long, because the machine that runs the tests may have much else to do.
    var answersWithin: Duration = .seconds(20)

    init(settings: DriverSettings) throws(SettingsFault) {}
    init(
        presence: PresenceWatch = .none, healthCheck: Duration? = nil, waitsInOneCommand: Bool = false, patience: Duration = .seconds(30),
        answersWithin: Duration = .seconds(20)
    ) {
        self.presence = presence
        self.healthCheck = healthCheck
        self.waitsInOneCommand = waitsInOneCommand
        self.patience = patience
        self.answersWithin = answersWithin
    }

    func makeCodec(for port: PortKind) -> LineCodec { LineCodec() }
    var lateAnswerWindow: Duration { .zero }
    func timeLimit(for task: EncoderTask) -> Duration { .seconds(60) }

    func card(in unasked: String) -> CardPresence? {
        switch unasked {
        case "*?": .unknown
        case let line where line.hasPrefix("*"): Self.card(in: String(line.dropFirst()))
        default: nil
        }
    }

    func identify(on link: some Link<String>) async throws(Fault) -> EncoderIdentity {
        EncoderIdentity(model: try await ask("ID", link))
    }

    func lookForCard(on link: some Link<String>) async throws(Fault) -> CardPresence {
        let answer = try await ask("LOOK", link)
        if answer == "ODD" { throw Fault(.malformedReply) }
        return Self.card(in: answer)
    }

    func perform(_ task: EncoderTask, on link: some Link<String>, progress: some TaskProgress) async throws(Fault) -> TaskResult {
        switch task {
        case .write(let batch): return try await write(batch, on: link, progress)
        case .read:
            let card = try await waitForCard(on: link, progress)
            let content = try await ask("READ", link).dropFirst(5)
            return TaskResult(
                reading: ["kind": "toy"], image: .magnetic(MagneticImage(tracks: [1: String(content)])),
                card: CardPresence(.present, uid: card, technology: "toy"))
        case .erase:
            let card = try await waitForCard(on: link, progress)
            _ = try await ask("WRITE ", link, effect: .writesCard)
            return TaskResult(card: CardPresence(.present, uid: card, technology: "toy"))
        case .reset:
            _ = try await ask("STOP", link)
            return TaskResult()
        default: throw Fault(.rejected(reason: "the toy cannot do that"))
        }
    }

    private func write(_ batch: CardBatch, on link: some Link<String>, _ progress: some TaskProgress) async throws(Fault) -> TaskResult {
        var receipts: [Receipt] = []
        let due = batch.due
        for (copy, image) in due {
            guard case .magnetic(let magnetic) = image else { throw Fault(.rejected(reason: "the toy has tracks only")) }
            try await progress.waitingForCard(copy: copy, of: batch.images.count)
            let card = try await waitForCard(on: link, besides: copy == due.first?.copy ? batch.leftBehind : nil, progress)
            let answer = try await ask("WRITE \(magnetic.tracks[2] ?? "")", link, effect: .writesCard)
            if answer == "BUSY" { throw Fault(.busy, detail: "BUSY") }
            guard answer == "OK" else { throw Fault(.notWritable, card: .unknown, detail: answer) }
            try await progress.verifying(copy: copy)
            guard try await ask("CHECK", link) == "SAME" else { throw Fault(.verifyFailed, card: .written) }
            let receipt = Receipt(copy: copy, serial: card, verified: true, at: Date())
            receipts.append(receipt)
            if copy != due.last?.copy { try await progress.finished(receipt) }
        }
        return TaskResult(receipts: receipts)
    }

    private func waitForCard(
        on link: some Link<String>, besides leftBehind: String? = nil, _ progress: some TaskProgress
    ) async throws(Fault) -> String? {
        var isLeftBehind = leftBehind != nil
        if waitsInOneCommand {
            do throws(Fault) {
                let found = Self.card(in: try await ask("WAIT", link, effect: .writesCard, withdrawable: true, within: patience))
                await progress.sighted(found)
                return found.uid
            } catch {
                guard error.kind == .cancelled else { throw error }
                _ = try await ask("STOP", link)
                throw Fault(.cancelled, card: .untouched)
            }
        }
        let end = ContinuousClock.now + patience
        while ContinuousClock.now < end {
            let found = Self.card(in: try await ask("LOOK", link))
            await progress.sighted(found)
            if found.uid != leftBehind { isLeftBehind = false }
            if found.state == .present, !isLeftBehind { return found.uid }
            try await link.rest(.milliseconds(5))
        }
        throw Fault(.noCard)
    }

    private func ask(
        _ line: String, _ link: some Link<String>, effect: CommandEffect = .none, withdrawable: Bool = false, within: Duration? = nil
    ) async throws(Fault) -> String {
        let name = String(line.prefix { $0 != " " })
        return try await link.exchange(
            Command(name, line, effect: effect, repliedBy: { !$0.hasPrefix("*") }, withdrawable: withdrawable),
            within: within ?? answersWithin)
    }

    private static func card(in line: String) -> CardPresence {
        line.hasPrefix("CARD ") ? CardPresence(.present, uid: String(line.dropFirst(5)), technology: "toy") : CardPresence(.absent)
    }
}
