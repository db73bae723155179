// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Foundation
import Framing
import TestKit
import Testing
import Transcripts

@testable import Simulators

private func answers(_ actions: [DeviceAction]) -> [UInt8] {
    actions.flatMap { action -> [UInt8] in if case .send(let bytes) = action { bytes } else { [] } }
}

private func cards(_ actions: [DeviceAction]) -> [SimulatedCard] {
    actions.compactMap { if case .report(.cardCut(let card)) = $0 { card } else { nil } }
}

private func encoder(_ family: StxEtxFamily, _ faults: [SimulatedFault: FaultOccurrence] = [:]) throws -> StxEtxEncoder {
    var options = SimulatorOptions()
    options.profile = family.rawValue
    options.faults = faults
    return try StxEtxEncoder(options)
}

/// The recorded dialogues that show a key that is cut, from the encoder's side.
private let dialogues: [Transcript] = ((try? Transcript.all(ofDriver: "generic-stx-etx")) ?? []).filter { transcript in
    transcript.headers["task"] == "cut" && transcript.headers["outcome"] == "done" && transcript.settings.count == 1
        && ["A new key", "Check-in", "A new card", "Two cards with one order"].contains(transcript.headers["title"])
}

@Suite struct StxEtxEncoderTests {
    @Test func dialogues_areThere() {
        #expect(Set(dialogues.compactMap { $0.settings["profile"] }) == Set(StxEtxFamily.names))
    }

    /// What the driver must send is understood, and what is answered are the recorded bytes: whole and byte by byte.
    @Test(arguments: dialogues, [false, true])
    func encoder_answersAsRecorded(transcript: Transcript, byteByByte: Bool) throws {
        let family = try #require(StxEtxFamily(rawValue: transcript.settings["profile"] ?? ""))
        var encoder = try encoder(family)
        var said: [UInt8] = []
        var wanted: [UInt8] = []
        var cut = 0
        var now = Duration.zero
        for step in transcript.steps {
            switch step {
            case .sent(let bytes):
                #expect(said == wanted)
                (said, wanted) = ([], [])
                var actions: [DeviceAction] = []
                for piece in byteByByte ? bytes.map({ [$0] }) : [bytes] { actions += encoder.receive(piece, at: now) }
                while let deadline = encoder.nextDeadline {
                    now = deadline
                    actions += encoder.advance(to: now)
                }
                said = answers(actions)
                cut += cards(actions).count
            case .received(let bytes): wanted += bytes
            case .silence, .gone: continue
            }
        }
        #expect(said == wanted)
        #expect(cut == (transcript.headers["receipts"] ?? "").split(separator: " ").count)
    }

    @Test(arguments: StxEtxFamily.allCases) func room_isUnknown_andTheCardUntouched(family: StxEtxFamily) throws {
        var encoder = try encoder(family, [.unknownRoom: .always])
        let order = try #require(dialogues.first { $0.settings["profile"] == family.rawValue })
        let actions = order.steps.flatMap { step -> [DeviceAction] in
            if case .sent(let bytes) = step { encoder.receive(bytes, at: .zero) } else { [] }
        }
        #expect(cards(actions).isEmpty)
        #expect(actions.contains(.report(.answered(try #require(family.code(.unknownRoom))))))
    }

    @Test(arguments: StxEtxFamily.allCases) func damagedOrder_cutsNothing(family: StxEtxFamily) throws {
        var encoder = try encoder(family)
        let order = try #require(dialogues.first { $0.settings["profile"] == family.rawValue })
        for case .sent(var bytes) in order.steps where bytes.count > 1 {
            bytes[3] ^= 0x01
            let actions = encoder.receive(bytes, at: .zero) + encoder.advance(to: .seconds(1))
            #expect(cards(actions).isEmpty)
            #expect(answers(actions) == (family == .cisa ? [] : [0x15]))
        }
    }

    @Test func wrongChecksum_isRepairedByNak_andTheCardIsCutOnce() throws {
        var encoder = try encoder(.inhova, [.badChecksum: .times(1)])
        let order = try #require(dialogues.first { $0.settings["profile"] == "inhova" })
        var cut = 0
        for case .sent(let bytes) in order.steps where bytes.count > 1 {
            cut += cards(encoder.receive(bytes, at: .zero) + encoder.advance(to: .seconds(1))).count
        }
        let again = encoder.receive([0x15], at: .seconds(2))
        #expect(answers(again) == inhovaAnswer)
        #expect(cut == 1)
    }

    /// `|CI|04A1B200000001|`, checked with its STX, as a live site answers.
    private let inhovaAnswer: [UInt8] = {
        let frame = [0x02, 0xB3] + Array("CI".utf8) + [0xB3] + Array("04A1B200000001".utf8) + [0xB3, 0x03]
        return frame + [frame.reduce(0, ^)]
    }()

    @Test func cutAnswer_isSaidAgain_whenItIsAskedFor() throws {
        var encoder = try encoder(.inhova, [.cutAnswer: .times(1)])
        let order = try #require(dialogues.first { $0.settings["profile"] == "inhova" && $0.headers["task"] == "cut" })
        var said: [UInt8] = []
        for case .sent(let bytes) in order.steps where bytes.count > 1 {
            said += answers(encoder.receive(bytes, at: .zero) + encoder.advance(to: .seconds(1)))
        }
        #expect(said == [0x06] + inhovaAnswer.dropLast(inhovaAnswer.count / 2))
        #expect(answers(encoder.receive([0x15], at: .seconds(2))) == inhovaAnswer)
    }

    @Test func profile_mustBeKnown() {
        var options = SimulatorOptions()
        options.profile = "saflok"
        #expect(throws: SimulatorFault.self) { try StxEtxEncoder(options) }
    }

    @Test func events_neverNameTheGuest() throws {
        var encoder = try encoder(.cisa)
        let order = try #require(dialogues.first { $0.settings["profile"] == "cisa" })
        for case .sent(let bytes) in order.steps {
            let actions = encoder.receive(bytes, at: .zero) + encoder.advance(to: .seconds(1))
            #expect(!"\(actions)".contains("JOHN"))
        }
    }
}
