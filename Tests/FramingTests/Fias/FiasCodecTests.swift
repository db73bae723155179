// SPDX-License-Identifier: Apache-2.0
import Framing
import TestKit
import Testing

private let key = FiasRecord(
    "KR", [.init("KC", "01"), .init("KT", "N"), .init("RN", "101"), .init("G#", "12345"), .init("GN", "M\u{FC}ller"), .init("WS", "EB17")])
private let samples: [FiasFrame] = [
    .ack, .nak, .enq, .record(FiasRecord("LS", [.init("DA", "261121"), .init("TI", "140000")])), .record(key), .record(FiasRecord("LA")),
    .record(FiasRecord("KA", [.init("AS", "OK"), .init("CT", "")])),
]

private func verifier(check: Bool) -> FrameCodecVerifier<FiasCodec> {
    FrameCodecVerifier(
        makeCodec: { FiasCodec(check: check) }, samples: samples, protected: check ? samples.filter { $0.record != nil } : [],
        noise: (0...255).filter { ![0x02, 0x05, 0x06, 0x15].contains($0) }, longestFrame: FiasCodec.longestFrame,
        pendingBytes: \.pendingBytes)
}

private func decode(_ bytes: [UInt8], check: Bool) -> [Decoded<FiasFrame>] {
    var codec = FiasCodec(check: check)
    codec.receive(bytes)
    var found: [Decoded<FiasFrame>] = []
    while let decoded = codec.next() { found.append(decoded) }
    return found
}

private func frame(_ body: String, _ check: [UInt8] = []) -> [UInt8] { [0x02] + Array(body.utf8) + [0x03] + check }

@Suite struct FiasCodecTests {
    @Test(arguments: [true, false]) func records_areFound_howeverTheyArrive(check: Bool) {
        let verifier = verifier(check: check)
        #expect(verifier.whole() == [])
        #expect(verifier.byteByByte() == [])
        #expect(verifier.cutEverywhere() == [])
        #expect(verifier.glued() == [])
        #expect(verifier.behindNoise(seed: 5) == [])
    }

    @Test func flippedBit_neverMakesAnotherRecord_whereTheLineHasACheck() { #expect(verifier(check: true).oneBitFlipped() == []) }

    @Test(arguments: 1...8) func randomBytes_neverHangNorGrow(seed: UInt64) {
        #expect(verifier(check: true).randomBytes(seed: seed) == [])
        #expect(verifier(check: false).randomBytes(seed: seed) == [])
    }

    /// Log lines of a PMS with their check bytes, and the sum of a text of figures (32h for 12345 and ETX).
    @Test(arguments: [
        ("LS|DA161117|TI102926|", 0x77), ("LS|DA161117|TI103020|", 0x79), ("LD|DA161117|TI103116|V#1.0|IFWW|", 0x3F),
        ("LA|DA161117|TI103118|", 0x61), ("LA|DA161117|TI103024|", 0x6F), ("LE|DA161117|TI102631|", 0x68),
        ("LD|DA161117|TI102636|V#1.0|IFWW|", 0x3B), ("LA|DA161117|TI102204|", 0x6E),
    ])
    func checkByte_isThatOfAPrintedLog(body: String, check: UInt8) throws {
        guard case .frame(.record(let record))? = decode(frame(body, [check]), check: true).first else {
            Issue.record("not read: \(body)")
            return
        }
        #expect(FiasCodec(check: true).encode(.record(record)) == frame(body, [check]))
    }

    @Test func unknownTagsAnyOrderAndMissingBars_doNotDisturb() {
        let found = decode(frame("KR|XX1|WS1|KC1||ZZ|RN202|KTN|G#1|GA260704|GD260711|DT120000|14:30"), check: false)
        guard case .frame(.record(let record))? = found.first else {
            Issue.record("not read: \(found)")
            return
        }
        #expect(record["KC"] == "1")
        #expect(record["RN"] == "202")
        #expect(record["DT"] == "120000")
        #expect(record["KT"] == "N")
        #expect(record["GN"] == nil)
    }

    @Test func leadingZerosAndBytesAbove7F_areKept() {
        let bytes = [0x02] + Array("KR|KC01|WS".utf8) + [0xE9, 0x20] + Array("|".utf8) + [0x03] as [UInt8]
        guard case .frame(let frame)? = decode(bytes, check: false).first else {
            Issue.record("not read")
            return
        }
        #expect(frame.record?["KC"] == "01")
        #expect(FiasCodec(check: false).encode(frame) == bytes)
    }

    @Test func barAndControlCharacters_neverLeaveAValue() {
        let bytes = FiasCodec(check: false).encode(.record(FiasRecord("KA", [.init("CT", "a|b\u{3}c\u{2603}")])))
        #expect(bytes == frame("KA|CTa b c?|"))
    }

    @Test func brokenRecord_isDamaged_andTheNextIsFound() {
        let good = frame("LA|", [0x4C ^ 0x41 ^ 0x7C ^ 0x03])
        #expect(decode(frame("LA|", [0x00]) + good, check: true) == [.damaged("wrong check byte"), .frame(.record(FiasRecord("LA")))])
        #expect(decode([0x02, 0x4C, 0x41, 0x05], check: true) == [.damaged("broken off"), .frame(.enq)])
        #expect(decode([0x02] + good, check: true) == [.frame(.record(FiasRecord("LA")))])
        #expect(decode(frame("L|"), check: false) == [.damaged("no record")])
    }
}
