// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import SiteConfiguration
import Transcripts

extension FuzzTarget {
    /// Every decoder of the bridge. A new codec gets its line here.
    static let all: [FuzzTarget] = [
        .codec(
            "stx-etx", { StxEtxCodec(.industryStandard) },
            samples: [
                .enq, .ack, .nak, .message(Array("\u{B3}CN\u{B3}1\u{B3}101\u{B3}".unicodeScalars.map { UInt8($0.value) })), .message([]),
            ],
            longest: StxEtxParameters.industryStandard.maximumLength + 3, pending: { $0.pendingBytes }),
        .codec(
            "stx-etx-digits",
            {
                StxEtxCodec(
                    StxEtxParameters(
                        start: [0xAA, 0x02], check: .xorHex(.start), checkPlace: .beforeEnd, ignorable: [0x11], maximumLength: 256))
            },
            samples: [.ack, .message(Array("CCA;EA1;RC0;".utf8)), .message([])], longest: 262, pending: { $0.pendingBytes }),
        .codec(
            "stx-etx-counted", { StxEtxCodec(counted) },
            samples: [.ack, .message([0x00, 0x43, 0x31, 0x30, 0x03, 0xF2]), .message([0x00])],
            longest: counted.longestFrame, pending: { $0.pendingBytes }),
        .codec(
            "stx-etx-dle", { StxEtxCodec(dle) }, samples: [.enq, .nak, .message([0x43, 0x37, 0x32, 0x10, 0x31, 0x03]), .message([])],
            longest: dle.longestFrame, pending: { $0.pendingBytes }),
        .codec(
            "pcsc", { PcscCodec() },
            samples: [
                .describe, .connect, .release, .command(StorageCardCommand.serialNumber), .answer([0x5A, 0x1D, 0x00, 0x01, 0x90, 0x00]),
                .connected(atr: AnswerToReset.bytes(of: .init(standard: 3, name: 1))), .trouble(.removedCard), .cardRemoved,
                .reader(PcscReader(name: "ACS ACR122U", firmware: "2.14", serial: "1")),
            ],
            longest: PcscCodec.longestPayload + 3, pending: { $0.pendingBytes }),
        fias("fias", check: true),
        fias("fias-tcp", check: false),
        .codec(
            "aabb", { AaBbCodec() },
            samples: [
                AaBbFrame(node: 0, command: 0x0201, payload: [0x14]),
                AaBbFrame(node: 0xFFFF, command: 0x0209, payload: [0x04, 0xAA, 0xAA] + [UInt8](repeating: 0xBB, count: 14)),
            ],
            longest: AaBbCodec.longestFrame, pending: { $0.pendingBytes }),
        .codec(
            "pn532", { Pn532Codec() },
            samples: [
                .acknowledge, .refuse, .applicationError, .wakeUp, .command([0x4A, 0x01, 0x00]),
                .response([0x41, 0x00] + [UInt8](repeating: 0x11, count: 16)), .response([UInt8](repeating: 0x22, count: 260)),
            ],
            longest: Pn532Codec.longestFrame, pending: { $0.pendingBytes }),
        msr("msr", .bare),
        msr("msr-reports", .reports),
        .text(
            "transcript",
            samples: [
                """
                # title: A key
                # driver: industry-standard
                # settings: encoder=1
                # task: cut
                # timeZone: Europe/Prague
                # order: {"lockIds":["101"],"validFrom":0,"validUntil":60}
                > 05 ; ENQ
                < 06
                ~ silence
                # title: Another
                # task: write
                # image: {"blocks":{"4":"00112233445566778899AABBCCDDEEFF"}}
                > AA BB 06 00
                ~ gone
                """
            ]
        ) { text in
            for transcript in (try? Transcript.read(text, file: "fuzz.txt")) ?? [] { _ = try? transcript.task() }
        },
        .text(
            "key-order",
            samples: [
                #"{"lockIds":["101"],"validFrom":0,"validUntil":60,"copies":2,"cardImage":{"tracks":{"2":"123"},"coercivity":"high"}}"#,
                #"{"lockIds":["101"],"validFrom":0,"validUntil":60,"cardImage":{"blocks":{"4":"00112233445566778899AABBCCDDEEFF"}}}"#,
                #"{"lockIds":["101"],"validFrom":0,"validUntil":60,"cardImage":{"pages":{"4":"00112233"},"rawTracks":{"1":{"bytes":"00"}}}}"#,
            ]
        ) { text in
            guard let order = try? JSONDecoder().decode(KeyOrder.self, from: Data(text.utf8)) else { return }
            _ = order.objection()
            _ = order.cardImage.map { "\($0)" }
        },
        .text(
            "configuration",
            samples: [
                """
                property: { timeZone: Europe/Prague }
                journal: { path: /tmp/j.sqlite }
                endpoint: { listen: "127.0.0.1:8630" }
                encoders:
                  front-desk: { driver: industry-standard, match: { serial: A50285BI }, settings: { encoder: "1" } }
                connector:
                  mews: { api: "https://api.mews.com", keyCutters: { "1": front-desk }, staleAfter: 5m }
                """,
                """
                layouts:
                  door: { tracks: { 2: "{room: lock digits=4}={until as=YYMMDDhhmm}{copy}{luhn over=room}" }, coercivity: high }
                  sector: { key: factory, blocks: { 4: "01 {lock be=2} {from unix be=4} 'A' {fill} {crc kind=crc-16/x-25 le}" } }
                  page: { pages: { 4: "{until minutes since=2020-01-01 be=4}" }, example: { lockIds: "1,2" } }
                encoders:
                  bar: { driver: msr, match: { serial: A50285BI }, layout: door }
                """,
            ]
        ) { text in
            _ = try? ConfigurationReading.read(
                text, file: "fuzz.yaml", driverCheck: { _ in [] }, sharingCheck: ConfigurationReading.nobodyShares)
        },
    ]

    /// A length, an end byte all the same, AA stuffed.
    private static var counted: StxEtxParameters {
        var parameters = StxEtxParameters(
            start: [0xAA, 0xF2], ending: .counted(StxEtxLength(offset: 1, width: 2, counts: .textAndEnd), end: 0x03),
            check: .crc16([.start, .length, .end], .augCcitt, lowByteFirst: true), maximumLength: 256)
        parameters.stuffing = StxEtxStuffing(0xAA, 0x00)
        return parameters
    }

    /// DLE before everything that means something; the other side's check may have either scope.
    private static var dle: StxEtxParameters {
        var parameters = StxEtxParameters(
            start: [0x10, 0x02], ending: .pair(lead: 0x10, 0x03), check: .xor(.end), heardChecks: [.xor(.end), .xor([.start, .end])],
            maximumLength: 256)
        parameters.controlLead = 0x10
        return parameters
    }

    /// Frames of a magnetic encoder, which are read by what was asked.
    private static func fias(_ name: String, check: Bool) -> FuzzTarget {
        .codec(
            name, { FiasCodec(check: check) },
            samples: [
                .ack, .nak, .enq, .record(FiasRecord("LS")),
                .record(
                    FiasRecord(
                        "KR", [.init("KC", "01"), .init("KT", "N"), .init("RN", "101"), .init("GN", "M\u{FC}ller"), .init("WS", "EB1")])),
            ],
            longest: FiasCodec.longestFrame, pending: { $0.pendingBytes })
    }

    private static func msr(_ name: String, _ wrapping: EscSequenceCodec.Wrapping) -> FuzzTarget {
        let answers: [[UInt8]] = [
            [0x1B, 0x30], [0x1B, 0x79], [0x1B, 0x33, 0x53], [0x1B] + Array("REVT3.12".utf8), [0x1B, 0x48], [0x1B, 0x3D, 0x16],
            [0x1B, 0x30, 0x07, 0x05, 0x05],
            [0x1B, 0x73, 0x1B, 0x01] + Array("%A?".utf8) + [0x1B, 0x02] + Array(";1?".utf8) + [
                0x1B, 0x03, 0x1B, 0x2B, 0x3F, 0x1C, 0x1B, 0x30,
            ],
            [0x1B, 0x73, 0x1B, 0x01, 2, 0x1B, 0x3F, 0x1B, 0x02, 0, 0x1B, 0x03, 1, 0x1C, 0x3F, 0x1C, 0x1B, 0x30],
        ]
        let questions: [EscCommand] = [
            .communicationTest, .model, .firmware, .readISO, .readRaw, .readCoercivity, .readLeadingZeros, .bitsPerCharacter(7, 5, 5),
            .writeISO([2: Array("123".utf8)]), .reset,
        ]
        let target = FuzzTarget.codec(
            name, { EscSequenceCodec(wrapping) }, samples: [], questions: questions.map(EscFrame.command), longest: 4096,
            pending: { $0.pendingBytes })
        return FuzzTarget(name: name, samples: wrapping == .bare ? answers : answers.map(EscReports.wrap), run: target.run)
    }
}
