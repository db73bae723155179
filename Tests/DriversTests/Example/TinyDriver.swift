// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing

/// An encoder that is told `NEW 101` and answers `OK` or `E1`.
struct TinyDriver: EncoderDriver {
    static let manifest = DriverManifest(
        name: "tiny", title: "Tiny", kind: .lockMaker, capabilities: [], ports: [.tty], line: LineSettings(baud: 9600), settings: [],
        models: [EncoderModelEntry("Tiny 1", evidence: 3)], hardwareNote: "tiny.md")

    init(settings: DriverSettings) throws(SettingsFault) {
        try settings.refuseUnknown(besides: Self.manifest.settings)
    }

    func makeCodec(for port: PortKind) -> StxEtxCodec { StxEtxCodec(StxEtxParameters(check: .xor(.end), maximumLength: 64)) }
    func timeLimit(for task: EncoderTask) -> Duration { .seconds(30) }
    var lateAnswerWindow: Duration { .seconds(30) }

    func identify(on link: some Link<StxEtxFrame>) async throws(Fault) -> EncoderIdentity {
        _ = try await link.exchange(Command("ENQ", .enq, repliedBy: { $0 == .ack }, attempts: 3), within: .seconds(1))
        return EncoderIdentity(model: "Tiny 1")
    }

    func perform(
        _ task: EncoderTask, on link: some Link<StxEtxFrame>, progress: some TaskProgress
    ) async throws(Fault) -> TaskResult {
        guard case .cut(let order, _) = task, order.copies == 1, let row = SeparatedFields(order.lockIds, place: .between), row.count == 1
        else {
            throw Fault(.rejected(reason: "this encoder cuts one key for one room at a time"))
        }
        try await progress.waitingForCard(copy: 1, of: 1)
        let message = StxEtxFrame.message(Array("NEW ".utf8) + row.body)
        // Journalled before it goes out, and never sent a second time.
        let answer = try await link.exchange(Command("NEW", message, effect: .writesCard), within: .seconds(20))
        switch answer {
        case .message(Array("OK".utf8)): return TaskResult(receipts: [Receipt(copy: 1, verified: false, at: Date())])
        case .message(Array("E1".utf8)): throw Fault(.rejected(reason: "the lock system does not know the room"), detail: "E1")
        default: throw Fault(.malformedReply, card: .unknown, detail: "NEW: an answer that nobody knows")
        }
    }
}
