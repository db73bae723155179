// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Ports
import Testing

/// ENQ, message, answer on the real codec: as little of a lock maker's driver as the session needs.
private struct EnquiringDriver: EncoderDriver {
    static let manifest = DriverManifest(
        name: "enquiring", title: "Enquiring", kind: .lockMaker, capabilities: [], ports: [.tty], line: LineSettings(baud: 9600),
        settings: [], models: [], hardwareNote: "toy.md",
        keys: KeyAbilities(dates: .end, makesCopies: true, rooms: nil, keys: KeyOrder.maximumCopies))

    init(settings: DriverSettings) throws(SettingsFault) {}
    init() {}

    func makeCodec(for port: PortKind) -> StxEtxCodec { StxEtxCodec(.industryStandard) }
    func timeLimit(for task: EncoderTask) -> Duration { .seconds(60) }
    var lateAnswerWindow: Duration { .milliseconds(100) }

    func identify(on link: some Link<StxEtxFrame>) async throws(Fault) -> EncoderIdentity {
        _ = try await link.exchange(Command("ENQ", .enq, repliedBy: { $0 == .ack }, attempts: 3), within: .seconds(5))
        return EncoderIdentity()
    }

    func perform(_ task: EncoderTask, on link: some Link<StxEtxFrame>, progress: some TaskProgress) async throws(Fault) -> TaskResult {
        let opening = Command.Opening(
            StxEtxFrame.enq, acceptedBy: { $0 == .ack }, refusedBy: { $0 == .nak }, attempts: 1, pause: .zero, within: .seconds(20))
        let order = Command(
            "order", StxEtxFrame.message([0xB3, 0x43, 0x4E, 0xB3]), effect: .writesCard, opening: opening, repliedBy: { $0 == .ack })
        _ = try await link.exchange(order, within: .seconds(20))
        guard
            case .message = try await link.expect(
                within: .seconds(2), repair: Command("NAK", .nak, attempts: 2), provesOrder: { _ in false })
        else {
            throw Fault(.malformedReply, card: .unknown)
        }
        return TaskResult(receipts: [Receipt(copy: 1, verified: false, at: Date())])
    }
}

/// An answer that begins and does not go on: asked for again, and no burden for the next order.
@Suite(.timeLimit(.minutes(6))) struct CutAnswerTests {
    private static let answer = StxEtxCodec(.industryStandard).encode(.message([0xB3, 0x43, 0x4E, 0xB3]))
    private static let cut: [UInt8] = [0x02, 0xB3, 0x43, 0x4E]

    @Test func cutAnswer_isAskedForAgain_andTheKeyIsDone() async throws {
        let bench = await Bench(driver: EnquiringDriver()) { written, port in
            switch written {
            case [0x05]: port.says([0x06])
            case [0x15]: port.says(Self.answer)
            default: port.says([0x06] + Self.cut)
            }
        }
        #expect(try await bench.cut().state == .done)
    }

    @Test func nextOrder_findsItsAcknowledgements_behindACutAnswer() async throws {
        let log = Log()
        let bench = await Bench(driver: EnquiringDriver()) { written, port in
            log.add(written)
            switch written {
            case [0x05]: port.says([0x06])
            case [0x15]: break
            default: port.says([0x06] + (log.count("\u{02}") == 1 ? Self.cut : Self.answer))
            }
        }
        let first = try await bench.cut()
        #expect(first.fault?.card == .unknown)
        #expect(log.count("\u{15}") >= 1, "the answer is asked for again")
        #expect(try await bench.cut().state == .done)
    }

    /// Nobody waits for anything when it comes; it must be over before the next order.
    @Test(arguments: [[0x02], [0x03], [0x02, 0xB3, 0x43]] as [[UInt8]])
    func strayByte_doesNotSwallowTheAcknowledgement(stray: [UInt8]) async throws {
        let bench = await Bench(driver: EnquiringDriver()) { written, port in
            port.says(written == [0x05] ? [0x06] : [0x06] + Self.answer)
        }
        #expect(await bench.reaches(.ready))
        bench.ports.last?.says(stray)
        #expect(try await bench.cut().state == .done)
    }
}
