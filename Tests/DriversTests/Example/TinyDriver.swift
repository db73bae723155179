// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Ports

@testable import Drivers

/// An encoder that is told `NEW 101 202611231200` and answers `OK` or `E1`.
struct TinyDriver: EncoderDriver {
    static let manifest = DriverManifest(
        name: "tiny", title: "Tiny", kind: .lockMaker, capabilities: [], ports: [.tty], line: LineSettings(baud: 9600), settings: [],
        models: [EncoderModelEntry("Tiny 1", evidence: 3)], hardwareNote: "tiny.md",
        // One new key for one room, and when it ends. Of copies, several keys and several rooms it knows nothing: they are not declared,
        // so the session refuses them and they never come here.
        keys: KeyAbilities(dates: .end))

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
        guard case .cut(let order, let clock) = task else { throw KeyWork.makesCardsItself }
        // The lock's own clock shows the hotel's time. WallClock rounds an end up, never down, and says so where a person should know.
        guard let end = WallClock(step: 60, timeZone: clock.timeZone).end(order.validUntil), let date = DatePattern("yyyyMMddHHmm") else {
            throw WallClock.outOfRange
        }
        // A name that opens a door goes out as it is or not at all.
        guard let room = order.lockIds.first.flatMap(LineText.exact) else {
            throw Fault(.rejected(reason: "the room's name has letters that this encoder does not know"))
        }
        let message = StxEtxFrame.message(Array("NEW \(room) \(date.text(end.time))".utf8))
        // KeyWork says which card is wanted when, and makes the receipts: one key in a message here.
        let work = try KeyWork(order) { _ in 1 }
        let receipts = try await work.cut(progress: progress, remarks: [end.remark].compactMap(\.self)) { (_, _) throws(Fault) in
            // Journalled before it goes out, and never sent a second time.
            let answer = try await link.exchange(Command("NEW", message, effect: .writesCard), within: .seconds(20))
            switch answer {
            case .message(Array("OK".utf8)): return []  // No serial number.
            case .message(Array("E1".utf8)): throw Fault(.rejected(reason: "the lock system does not know the room"), detail: "E1")
            default: throw Fault(.malformedReply, card: .unknown, detail: "NEW: an answer that nobody knows")
            }
        }
        return TaskResult(receipts: receipts)
    }
}
