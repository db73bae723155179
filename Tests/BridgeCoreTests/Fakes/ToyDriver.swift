// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Ports

/// One byte is one frame.
struct ToyCodec: FrameCodec {
    private var bytes: [UInt8] = []
    var discardedBytes: Int { 0 }
    var pendingBytes: Int { bytes.count }
    func encode(_ frame: UInt8) -> [UInt8] { [frame] }
    mutating func receive(_ bytes: [UInt8]) { self.bytes += bytes }
    mutating func next() -> Decoded<UInt8>? { bytes.isEmpty ? nil : .frame(bytes.removeFirst()) }
    mutating func reset() { bytes = [] }
}

/// The smallest lock-maker protocol with an acknowledgement and a late answer: I -> Y; O -> A (taken) or N (again), then
/// D (done), B (busy, not taken), E (no card). Q reads a card with the same answers. Where it proves that it is at rest: R -> r (nothing in hand) or B.
struct ToyDriver: EncoderDriver {
    static let manifest = DriverManifest(
        name: "toy", title: "Toy", kind: .lockMaker, capabilities: [.read], ports: [.tty], line: LineSettings(baud: 9600), settings: [],
        models: [], hardwareNote: "toy.md",
        keys: KeyAbilities(dates: .end, makesCopies: true, rooms: nil, keys: KeyOrder.maximumCopies))
    var answerTimeout: Duration = .seconds(5)
    var lateAnswerWindow: Duration = .seconds(10)
    var waitsForCard = false
    var provesRest = false

    init(settings: DriverSettings) throws(SettingsFault) {}
    init(
        answerTimeout: Duration = .seconds(5), lateAnswerWindow: Duration = .seconds(10), waitsForCard: Bool = false,
        provesRest: Bool = false
    ) {
        self.answerTimeout = answerTimeout
        self.lateAnswerWindow = lateAnswerWindow
        self.waitsForCard = waitsForCard
        self.provesRest = provesRest
    }

    func makeCodec(for port: PortKind) -> ToyCodec { ToyCodec() }
    func timeLimit(for task: EncoderTask) -> Duration { .seconds(30) }
    func acknowledgement(ofUnasked frame: UInt8) -> UInt8? { ascii("DE").contains(frame) ? ascii("a")[0] : nil }

    func isAnswer(_ frame: UInt8) -> Bool { ascii("DE").contains(frame) }

    func isBusy(_ frame: UInt8) -> Bool { frame == ascii("B")[0] }

    func isAtRest(on link: some Link<UInt8>) async throws(Fault) -> Bool {
        guard provesRest else { return false }
        try await link.send(Command("rest", ascii("R")[0]))
        let answer = try await link.expect(within: .seconds(3), provesOrder: { ascii("rB").contains($0) })
        if answer == ascii("B")[0] { throw Fault(.busy, detail: "B") }
        return true
    }

    func identify(on link: some Link<UInt8>) async throws(Fault) -> EncoderIdentity {
        _ = try await link.exchange(Command("identify", ascii("I")[0], attempts: 2), within: .milliseconds(200))
        return EncoderIdentity(model: "Toy")
    }

    func perform(_ task: EncoderTask, on link: some Link<UInt8>, progress: some TaskProgress) async throws(Fault) -> TaskResult {
        if case .read = task {
            _ = try await link.exchange(Command("read", ascii("Q")[0], repliedBy: { $0 == ascii("A")[0] }), within: .seconds(1))
            let answer = try await link.expect(within: answerTimeout, provesOrder: { $0 == ascii("B")[0] })
            guard answer == ascii("D")[0] else { throw Fault(.noCard, detail: "E") }
            return TaskResult()
        }
        guard case .cut(let order, _) = task else { throw Fault(.rejected(reason: "the toy only cuts")) }
        if waitsForCard || answerTimeout > promise { try await progress.waitingForCard(copy: 1, of: order.copies) }
        if waitsForCard {
            _ = try await link.expect(within: .seconds(10))
        }
        _ = try await link.exchange(
            Command(
                "order", ascii("O")[0], effect: .writesCard, repliedBy: { ascii("AN").contains($0) }, refusedBy: { $0 == ascii("N")[0] },
                attempts: 3, pause: .milliseconds(1)), within: .seconds(1))
        let answer = try await link.expect(within: answerTimeout, provesOrder: { $0 == ascii("B")[0] })
        switch answer {
        case ascii("D")[0]: return TaskResult(receipts: (1...order.copies).map { Receipt(copy: $0, verified: false, at: Date()) })
        case ascii("B")[0]: throw Fault(.busy, detail: "B")
        default: throw Fault(.noCard, detail: "E")
        }
    }
}

func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }
