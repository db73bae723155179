// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Cards on a PC/SC reader, with a real pcscd: its reader is vsmartcard's virtual one, the cards in it are ours.
@Suite(.timeLimit(.minutes(6)), .enabled(if: PcscService.canRun, Comment(rawValue: PcscService.need))) struct PcscTests {
    private struct Job: Decodable, Sendable {
        struct Receipt: Decodable, Sendable {
            let serial: String?
            let verified: Bool
        }
        let id: String
        let state: String
        let receipts: [Receipt]
        let fault: FaultView?
        var isFinal: Bool { ["done", "failed", "cancelled", "expired"].contains(state) }
    }

    private struct Encoder: Decodable, Sendable {
        struct Card: Decodable, Sendable {
            let state: String
            let uid: String?
            let technology: String?
        }
        let state: String
        let card: Card
        let lastFault: FaultView?
    }

    @Test func twoCards_areWrittenAndProven_andPcscScanSeesThem() async throws {
        try await Site.open { site in
            let (pcsc, bridge) = try await Self.start(on: site)
            let cards = try pcsc.cards(on: site)
            let seen = try await Self.encoder(bridge) { $0.card.state == "present" }
            #expect(seen.card.uid == "5A1D0001")
            #expect(seen.card.technology == "mifare-classic-1k")
            let scan = try await pcsc.scan(on: site, until: "ATR: 3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01")
            #expect(scan.contains(PcscService.reader))

            let job = try await Self.write(bridge, copies: 2)
            #expect(job.state == "done", "\(job)\n\(cards.output)")
            #expect(job.receipts.map(\.serial) == ["5A1D0001", "5A1D0002"])
            #expect(job.receipts.map(\.verified) == [true, true])
            try await eventually("both cards in the simulator's words") {
                cards.output.split(separator: "\n").count { $0.hasSuffix("written: block 4") } == 2
            }
            // Written and left alone, the card is taken away and another one is put on.
            _ = try await Self.encoder(bridge) { $0.card.uid == "5A1D0003" }
        }
    }

    @Test func encoder_isAbsentWithoutPcscd_andComesBackByItself() async throws {
        try await Site.open { site in
            let pcsc = try PcscService(in: site.folder)
            try site.configure(encoders: PcscService.entry("front-desk"))
            let bridge = try site.bridge(environment: pcsc.environment)
            try await eventually("a word on pcscd that is not there") { bridge.program.output.contains("SCARD_E_NO_SERVICE") }
            #expect(try await bridge.encoder().state == "absent")
            for signal in [SIGTERM, SIGKILL] {
                let service = try await pcsc.start(on: site)
                try await bridge.ready()
                service.signal(signal)
                _ = try await service.exitStatus()
                try await eventually("the encoder to be absent") { try await bridge.encoder().state == "absent" }
                #expect(try await bridge.encoder().lastFault?.code == "offline")
            }
        }
    }

    @Test(
        arguments: [
            ("cardLifted", "cardRemovedEarly", "unknown"), ("wrongKey", "notWritable", "untouched"), ("noCard", "noCard", "untouched"),
        ])
    func fault_isToldAsItIs_andTheNextCardWorks(fault: String, code: String, card: String) async throws {
        try await Site.open { site in
            let (pcsc, bridge) = try await Self.start(on: site)
            // Nobody puts a card on for as long as the encoder waits, and then somebody does.
            let times = fault == "noCard" ? "15" : "1"
            _ = try pcsc.cards(on: site, ["--fault", "\(fault):\(times)"])
            let failed = try await Self.write(bridge)
            #expect(failed.fault?.code == code, "\(failed)")
            #expect(failed.fault?.card == card)
            _ = try await Self.encoder(bridge) { $0.card.state == "present" }
            let done = try await Self.write(bridge)
            #expect(done.state == "done", "\(done)")
        }
    }

    @Test func probe_listsTheReader_andAsksIt() async throws {
        try await Site.open { site in
            let pcsc = try PcscService(in: site.folder)
            _ = try await pcsc.start(on: site)
            try site.configure(encoders: PcscService.entry("front-desk"))
            let ended = try await eventually("the reader in probe's list") {
                let ended = try await RunningProgram.run(
                    ["probe", "--config", site.configuration.path, "--identify"], environment: pcsc.environment)
                return ended.output.contains("front-desk") && ended.status == 0 ? ended : nil
            }
            #expect(ended.output.contains("reader: Virtual PCD 00 01"))
            #expect(ended.output.contains("answer    Virtual PCD 00 00"))
        }
    }

    private static func start(on site: Site) async throws -> (PcscService, BridgeProcess) {
        let pcsc = try PcscService(in: site.folder)
        _ = try await pcsc.start(on: site)
        try site.configure(encoders: PcscService.entry("front-desk"))
        let bridge = try site.bridge(environment: pcsc.environment)
        try await bridge.ready()
        return (pcsc, bridge)
    }

    private static func encoder(_ bridge: BridgeProcess, _ wanted: @Sendable (Encoder) -> Bool) async throws -> Encoder {
        try await eventually("the encoder's card", within: .seconds(40)) {
            let encoder: Encoder = try await bridge.web.get("/v1/encoders/front-desk")
            return wanted(encoder) ? encoder : nil
        }
    }

    private static func write(_ bridge: BridgeProcess, copies: Int = 1) async throws -> Job {
        let now = Date()
        let blocks: [String: String] = ["4": "00112233445566778899AABBCCDDEEFF"]
        let order: [String: any Sendable] = [
            "lockIds": ["101"], "validFrom": now.formatted(.iso8601), "validUntil": (now + 86_400).formatted(.iso8601),
            "copies": copies, "cardImage": ["blocks": blocks],
        ]
        let job: Job = try await bridge.web.call("POST", "/v1/encoders/front-desk/jobs", json: order).read()
        return try await eventually("the outcome of job \(job.id)", within: .seconds(60)) {
            let found: Job = try await bridge.web.get("/v1/jobs/\(job.id)")
            return found.isFinal ? found : nil
        }
    }
}
