// SPDX-License-Identifier: Apache-2.0
import Framing
import Testing

private let start = ContinuousClock.now
private func at(_ seconds: Double) -> FiasLink.Moment { FiasLink.Moment(start + .seconds(seconds), date: "261121", time: "140000") }
private let codec = FiasCodec(check: false)
private func bytes(_ kinds: String...) -> [UInt8] { kinds.flatMap { codec.encode(.record(FiasRecord($0))) } }
private let declarations = [FiasRecord("LD", [.init("IF", "DL")]), FiasRecord("LR", [.init("RI", "KR")])]

/// What a link said, by the records' names, and what it told.
private func kinds(_ actions: [FiasLink.Action]) -> [String] {
    actions.flatMap { action -> [String] in
        switch action {
        case .write(let bytes):
            var codec = codec
            codec.receive(bytes)
            var said: [String] = []
            while case .frame(.record(let record))? = codec.next() { said.append(record.kind) }
            return said
        case .deliver(let record): return ["deliver \(record.kind)"]
        case .lives: return ["lives"]
        case .ended: return ["ended"]
        case .drop: return ["drop"]
        }
    }
}

private func pms() -> FiasLink { FiasLink(.pms, security: .tcp) }
private func lock() -> FiasLink { FiasLink(.lockSystem(declares: declarations), security: .tcp) }

/// A link of a PMS that lives.
private func living() -> FiasLink {
    var link = pms()
    _ = link.connected(at: at(0))
    _ = link.receive(bytes("LA"), at: at(0))
    return link
}

@Suite struct FiasLinkTests {
    @Test func pms_saysLSAtOnce_andLAToTheDeclarations() {
        var link = pms()
        #expect(kinds(link.connected(at: at(0))) == ["LS"])
        #expect(kinds(link.receive(bytes("LD", "LR", "LR"), at: at(1))) == [])
        #expect(!link.isAlive)
        #expect(kinds(link.receive(bytes("LA"), at: at(1))) == ["LA", "lives"])
        #expect(link.declarations.map(\.kind) == ["LD", "LR", "LR"])
        #expect(kinds(link.send(FiasRecord("KR"), at: at(2))) == ["KR"])
    }

    @Test func pms_isContentWithLA_fromALockServerThatDeclaresNothing() {
        var link = pms()
        _ = link.connected(at: at(0))
        #expect(kinds(link.receive(bytes("LS"), at: at(0))) == ["LA"])
        #expect(!link.isAlive)
        #expect(kinds(link.receive(bytes("LA"), at: at(0))) == ["LA", "lives"])
    }

    @Test func pms_ignoresDataBeforeLA_andDeliversItAfterwards() {
        var link = pms()
        _ = link.connected(at: at(0))
        #expect(kinds(link.receive(bytes("KA"), at: at(0))) == [])
        #expect(kinds(link.receive(bytes("LA", "KA", "XX"), at: at(0))) == ["LA", "lives", "deliver KA", "deliver XX"])
    }

    @Test func pms_saysLSAgain_untilItIsAnswered() {
        var link = pms()
        _ = link.connected(at: at(0))
        #expect(kinds(link.advance(to: at(9))) == [])
        #expect(kinds(link.advance(to: at(10))) == ["LS"])
        #expect(kinds(link.advance(to: at(20))) == ["LS"])
    }

    @Test func aliveCheck_isAnsweredByLA_andLAIsNotAnsweredByLA() {
        var link = living()
        #expect(kinds(link.receive(bytes("LS"), at: at(5))) == ["LA"])
        #expect(kinds(link.receive(bytes("LA"), at: at(5))) == [])
        // But behind new declarations it asks for ours.
        #expect(kinds(link.receive(bytes("LD", "LR", "LA"), at: at(6))) == ["LA", "lives"])
        #expect(link.isAlive && link.declarations.map(\.kind) == ["LD", "LR"])
    }

    @Test func silence_isAskedAfterFiveMinutes_andEndsTheLink() {
        var link = living()
        #expect(link.deadline == start + .seconds(300))
        #expect(kinds(link.advance(to: at(300))) == ["LS"])
        #expect(link.isAlive)
        #expect(kinds(link.advance(to: at(310))) == ["ended", "drop"])
        link = living()
        _ = link.advance(to: at(300))
        #expect(kinds(link.receive(bytes("LA"), at: at(301))) == [])
        #expect(link.deadline == start + .seconds(601))
    }

    @Test func le_isAnsweredByLE_andTheLinkBeginsAnew() {
        var link = living()
        #expect(kinds(link.receive(bytes("LE"), at: at(1))) == ["LE", "ended"])
        #expect(!link.isAlive)
        #expect(kinds(link.advance(to: at(3))) == ["LS"])
        #expect(kinds(link.receive(bytes("LA"), at: at(3))) == ["LA", "lives"])
    }

    /// Two ends that answer each LE would do so without end.
    @Test(arguments: [pms(), lock()]) func le_isSaidOnce_untilTheLinkHasBegunAnew(fresh: FiasLink) {
        var link = fresh
        _ = link.connected(at: at(0))
        _ = link.advance(to: at(3))
        #expect(kinds(link.receive(bytes("LE"), at: at(3))) == ["LE"])
        #expect(kinds(link.receive(bytes("LE", "LE"), at: at(4))) == [])
        #expect(kinds(link.advance(to: at(5))) == ["LS"])
        #expect(kinds(link.receive(bytes("LE"), at: at(5))) == [])
        #expect(kinds(link.receive(bytes("LA"), at: at(6))).last == "lives")
        #expect(kinds(link.receive(bytes("LE", "LE"), at: at(7))) == ["LE", "ended"])
        _ = link.connected(at: at(8))
        #expect(kinds(link.receive(bytes("LE"), at: at(8))) == ["LE"])
    }

    @Test func stop_saysLE_andWaitsTwoSeconds() {
        var link = living()
        #expect(kinds(link.stop(at: at(1))) == ["LE"])
        #expect(kinds(link.receive(bytes("LE"), at: at(1))) == ["drop"])
        link = living()
        _ = link.stop(at: at(1))
        #expect(kinds(link.advance(to: at(3))) == ["drop"])
    }

    @Test func lockSystem_waitsForLS_andDeclaresItself() {
        var link = lock()
        #expect(kinds(link.connected(at: at(0))) == [])
        #expect(kinds(link.advance(to: at(2.9))) == [])
        #expect(kinds(link.receive(bytes("LS"), at: at(2.9))) == ["LD", "LR", "LA"])
        #expect(kinds(link.receive(bytes("KR"), at: at(2.9))) == [])
        #expect(kinds(link.receive(bytes("LA", "KR"), at: at(3))) == ["lives", "deliver KR"])
        // After each LS it declares itself again.
        #expect(kinds(link.receive(bytes("LS"), at: at(400))) == ["LD", "LR", "LA"])
        #expect(link.isAlive)
    }

    @Test func lockSystem_saysLS_whereThePMSSaysNothing() {
        var link = lock()
        _ = link.connected(at: at(0))
        #expect(kinds(link.advance(to: at(3))) == ["LS"])
        #expect(kinds(link.receive(bytes("LA"), at: at(3))) == ["lives"])
    }

    @Test(arguments: [FiasSecurity.tcp, .serial]) func bothEnds_findEachOther(security: FiasSecurity) {
        var left = FiasLink(.pms, security: security)
        var right = FiasLink(.lockSystem(declares: declarations), security: security)
        var (toRight, toLeft) = (writes(left.connected(at: at(0))), writes(right.connected(at: at(0))))
        for turn in 1...20 where !(toRight.isEmpty && toLeft.isEmpty) {
            let (forward, back) = (toRight, toLeft)
            toLeft = writes(right.receive(forward, at: at(Double(turn) / 10)))
            toRight = writes(left.receive(back, at: at(Double(turn) / 10)))
        }
        #expect(left.isAlive && right.isAlive)
    }

    private func writes(_ actions: [FiasLink.Action]) -> [UInt8] {
        actions.flatMap { if case .write(let bytes) = $0 { bytes } else { [UInt8]() } }
    }
}
