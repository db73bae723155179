// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Ports

/// An encoder behind a lock maker's server that speaks FIAS: the bridge stands where the hotel system stood.
///
/// The link to the server (LS, LD, LR, LA, alive checks) is kept by the port, which several encoders share; here are the records about
/// keys. Each order has a WS of its own, and only the answer with that WS and this encoder's KC is its answer.
public struct FiasDriver: EncoderDriver {
    let site: FiasSettings
    private let workstations: WorkstationNames
    private let requests = OpenKeyRequests()

    public init(settings: DriverSettings) throws(SettingsFault) {
        site = try FiasSettings(settings)
        workstations = WorkstationNames(first: site.workstation)
    }

    public var line: LineSettings { site.line }
    public var lateAnswerWindow: Duration { site.answerWithin }
    public var promise: Duration { Patience.standard.promise(forAnswerWithin: site.answerWithin) }
    /// An answer names its order (WS): only one with another WS than that in hand may be an earlier order's.
    public func isAnswer(_ frame: FiasFrame) -> Bool {
        guard let reply = frame.record, reply.kind == "KA", reply["KC"] == site.encoder, let workstation = reply["WS"] else { return false }
        return requests.hears(workstation)
    }

    /// The lock system can be asked nothing that leaves a card alone, so the answer itself is waited for: a second order for the same
    /// encoder would meet one that still waits for its card. Behind ``lateAnswerWindow`` nobody waits any more.
    public func isAtRest(on link: some Link<FiasFrame>) async throws(Fault) -> Bool {
        for _ in 0..<4 where !requests.areAnswered {
            do throws(Fault) {
                _ = try await link.expect(within: .seconds(1), provesOrder: { _ in false })
            } catch {
                guard error.kind == .timeout else { throw error }
            }
        }
        if requests.areAnswered { return true }
        throw Fault(.busy, detail: "the lock system has not answered the order before")
    }
    /// Check bytes and acknowledgements are the link's affair.
    public func makeCodec(for port: PortKind) -> FiasCodec { FiasCodec(check: false) }

    public func timeLimit(for task: EncoderTask) -> Duration {
        let cards = if case .cut(let order, _) = task { max(1, min(order.copies, KeyOrder.maximumCopies)) } else { 1 }
        return (site.answerWithin + .seconds(1)) * cards
    }

    /// Whether the link lives, and what the lock server declared of itself.
    public func identify(on link: some Link<FiasFrame>) async throws(Fault) -> EncoderIdentity {
        try await link.send(Command("LS", .record(FiasRecord("LS"))))
        var identity = EncoderIdentity()
        while true {
            // What the link says of itself answers no order, whatever one is still open.
            guard let record = try await link.expect(within: .seconds(5), provesOrder: { _ in true }).record else { continue }
            switch record.kind {
            case "LD":
                identity.firmware = record["V#"]
                identity.model = record["IF"].map { "interface \($0)" }
            case "LA": return identity
            default: continue
            }
        }
    }

    public func perform(
        _ task: EncoderTask, on link: some Link<FiasFrame>, progress: some TaskProgress
    ) async throws(Fault) -> TaskResult {
        switch task {
        case .cut(let order, let clock):
            return TaskResult(receipts: try await cut(order, on: clock, link: link, progress: progress))
        case .read:
            try await progress.waitingForCard(copy: 1, of: 1)
            let answer = try await ask(FiasRecord("KZ", [.init("KC", site.encoder)]), answer: "KZ", effect: .none, on: link)
            if answer["AS"] != nil, let fault = KeyAnswer.fault(answer, writesCard: false) { throw fault }
            return TaskResult(reading: Self.reading(answer))
        case .checkOut(let room, let reservation): return try await tell(try KeyNotice.checkOut(room, reservation, site: site), on: link)
        case .keyChange(let change, let clock): return try await tell(try KeyNotice.change(change, on: clock, site: site), on: link)
        case .write, .erase, .reset, .selfTest:
            throw KeyWork.makesCardsItself
        }
    }

    /// No card is made, and nothing is lost if a person says it again.
    private func tell(_ notice: FiasRecord, on link: some Link<FiasFrame>) async throws(Fault) -> TaskResult {
        let answer = try await ask(notice, answer: "KA", effect: .once, on: link)
        if let fault = KeyAnswer.fault(answer, writesCard: false) { throw fault }
        return TaskResult()
    }

    /// One record a card: the first replaces the keys there are if that was asked for, the others join it.
    private func cut(
        _ order: KeyOrder, on clock: PropertyClock, link: some Link<FiasFrame>, progress: some TaskProgress
    ) async throws(Fault) -> [Receipt] {
        let request = try KeyRequest(order, on: clock, site: site)
        let work = try KeyWork(order) { _ in 1 }
        return try await work.cut(progress: progress, remarks: [request.remark].compactMap(\.self)) { mode, _ throws(Fault) in
            let record = FiasRecord("KR", request.fields + [.init("KT", KeyRequest.type(mode))])
            let answer = try await ask(record, answer: "KA", effect: .writesCard, on: link)
            if let fault = KeyAnswer.fault(answer, writesCard: true) { throw fault }
            return [KeyAnswer.serial(answer)]
        }
    }

    /// Sends a record under a WS of its own and gives the answer to it; what carries another WS or KC is somebody else's.
    private func ask(
        _ record: FiasRecord, answer kind: String, effect: CommandEffect, on link: some Link<FiasFrame>
    ) async throws(Fault) -> FiasRecord {
        let workstation = workstations.make()
        let encoder = site.encoder
        let command = Command(
            record.kind, FiasFrame.record(record.adding("WS", workstation)), effect: effect,
            repliedBy: { frame in
                guard let reply = frame.record, reply.kind == kind || reply.kind == "KA" else { return false }
                return reply["WS"] == workstation && reply["KC"] == encoder
            })
        if effect == .writesCard { requests.begin(workstation) }
        let reply: FiasFrame
        do throws(Fault) {
            reply = try await link.exchange(command, within: site.answerWithin)
        } catch {
            if effect == .writesCard { requests.end(workstation, isOpen: error.card == .unknown) }
            throw error
        }
        if effect == .writesCard { requests.end(workstation, isOpen: false) }
        guard let answer = reply.record else {
            throw Fault(.malformedReply, card: effect == .writesCard ? .unknown : .untouched, detail: "\(record.kind): no record")
        }
        return answer
    }

    /// Whose key it is, in words.
    private static func reading(_ answer: FiasRecord) -> [String: String] {
        let words = ["RN": "rooms", "G#": "reservation", "GD": "until", "DT": "untilTime", "KO": "areas", "SI": "otherRooms", "CT": "text"]
        return Dictionary(uniqueKeysWithValues: words.compactMap { tag, word in answer[tag].map { (word, $0) } })
    }
}
