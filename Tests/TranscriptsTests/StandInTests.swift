// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import TestKit
import Testing

@testable import Transcripts

@Suite struct StandInTests {
    @Test func serialNumber_isReplacedInEveryForm_andAlikeEverywhere() throws {
        var standIns = StandIns()
        standIns.hide([0x04, 0xA1, 0xB2, 0xC3])
        let raw = standIns.replacing(in: [0xD5, 0x04, 0xA1, 0xB2, 0xC3, 0x00])
        let fake = Array(raw[1..<5])
        #expect(raw.first == 0xD5 && raw.last == 0 && fake != [0x04, 0xA1, 0xB2, 0xC3])
        #expect(standIns.replacing(in: [0xC3, 0xB2, 0xA1, 0x04]) == fake.reversed())
        #expect(standIns.replacing(in: "|04A1B2C3|04a1b2c3|") == "|\(HexText.encode(fake))|\(HexText.encode(fake).lowercased())|")
        #expect(fake.allSatisfy { (0x61...0x7A).contains($0) }, "no start, end or escape byte")
    }

    @Test func text_keepsLengthAndKind_andOnlyWholeWordsAreReplaced() {
        var standIns = StandIns()
        standIns.hide("Jana Nováková 7")
        standIns.hide("101")
        let text = standIns.replacing(in: "|101|1014|Jana Nováková 7|101")
        #expect(text.utf8.count == "|101|1014|Jana Nováková 7|101".utf8.count)
        #expect(text.contains("|1014|"))
        #expect(!text.contains("|101|") && !text.contains("Jana") && !text.contains("Nov"))
        let fields = text.split(separator: "|")
        #expect(fields.first == fields.last, "the same stands for the same")
        #expect(fields.first?.allSatisfy(\.isNumber) == true)
    }

    @Test func moments_areReplacedAsLockSystemsWriteThem_byMomentsThatCanBeRead() {
        var standIns = StandIns()
        standIns.hide(moment: "2026-11-21 14:00")
        #expect(standIns.replacing(in: "|1400211126|14211126|") == "|1200010100|12010100|")
    }

    @Test func whatIsNoSecret_isLeftAlone() {
        var standIns = StandIns()
        standIns.hide([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        standIns.hide([1, 2])
        standIns.hide("")
        #expect(standIns.isEmpty)
    }

    @Test func replacing_neverChangesTheLength_norShowsASecret() {
        for seed in 0..<300 {
            var random = SeededRandom(seed: UInt64(seed))
            func some(_ range: ClosedRange<Int>) -> [UInt8] {
                (0..<Int.random(in: range, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            let secrets = (0..<3).map { _ in some(4...16) }
            var standIns = StandIns()
            for secret in secrets { standIns.hide(secret) }
            let bytes = some(0...20) + secrets[0] + some(0...5) + secrets[1] + secrets[2] + secrets[0]
            let shown = standIns.replacing(in: bytes)
            #expect(shown.count == bytes.count)
            #expect(standIns.replacing(in: shown) == shown, "seed \(seed)")
        }
    }
}

@Suite struct CheckRepairTests {
    private let codec = StxEtxCodec(.industryStandard)

    @Test func check_isRightAgain_afterBytesWereReplaced() {
        let original = codec.encode(.message(Array("|LT|1|101|".utf8)))
        var changed = original
        changed[7] = 0x39
        #expect(CheckRepair(codec: codec).repaired(changed, original: original) == codec.encode(.message(Array("|LT|1|901|".utf8))))
    }

    @Test func bytes_stayAsTheyAre_whereTheCodecFindsNoFrame() {
        #expect(CheckRepair(codec: codec).repaired([1, 2, 9], original: [1, 2, 3]) == [1, 2, 9])
    }

    @Test func repair_isRefused_whenNoByteMakesItRight() {
        let original = codec.encode(.message(Array("|LT|1|101|".utf8)))
        var changed = original
        changed[changed.count - 1] ^= 1  // the check itself: nothing behind it can make it right
        #expect(CheckRepair(codec: codec).repaired(changed, original: original) == nil)
    }
}
