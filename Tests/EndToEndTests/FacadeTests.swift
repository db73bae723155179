// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Hotel systems that know only how to call a lock server, with the bridge in its place.
@Suite(.serialized, .timeLimit(.minutes(3))) struct FacadeTests {
    private static func site(_ connector: String) -> String { "property: { timeZone: Europe/Prague }\nconnector:\n  \(connector)\n" }

    /// The hotel system's end of FIAS: what it read, and whether every answer was OK.
    private func fias(_ site: Site, _ port: Int, _ records: [String]) async throws -> (answers: [String], ended: RunningProgram.Ended) {
        let arguments = ["sandbox", "--fias-dial", "127.0.0.1:\(port)"] + records.flatMap { ["--send", $0] }
        let ended = try await RunningProgram.run(arguments, within: .seconds(60))
        let answers = ended.output.split(separator: "\n").map(String.init).filter { $0.hasPrefix("< KA|") || $0.hasPrefix("< KZ|") }
        return (answers, ended)
    }

    @Test func fiasRecord_becomesAKey_ofALockMakersEncoder() async throws {
        try await Site.open { site in
            let port = try freePort()
            let encoder = try await site.encoder()
            try site.configure(
                encoders: Site.entry("front-desk", encoder.link.path),
                property: Self.site("fias: { listen: \"127.0.0.1:\(port)\", encoders: { \"01\": front-desk } }"))
            let bridge = try site.bridge()
            try await bridge.ready()
            let (answers, ended) = try await fias(
                site, port,
                [
                    "KR|KC01|KTN|RN101|G#1|GD281231|DT11:00|WS1|", "KR|KC01|KTD|RN101|G#1|GD281231|DT110000|WS2|", "KD|KC01|RN101|G#1|WS3|",
                    "KR|KC1|KTN|RN101|GD281231|WS4|", "KR|KC01|KTO|RN101|GD281231|WS5|",
                ])
            #expect(ended.status == 1)
            #expect(answers.count == 5)
            #expect(answers.contains { $0.hasPrefix("< KA|ASOK|KC01|WS1|G#1|$2") })
            #expect(answers.contains { $0.hasPrefix("< KA|ASOK|KC01|WS2|G#1|$2") })
            #expect(answers.contains("< KA|ASOK|KC01|WS3|G#1|CTCard ends 31.12. 11:00|"))
            // 01 is not 1.
            #expect(answers.contains("< KA|ASUR|KC1|WS4|CTNo encoder 1 here|"))
            #expect(answers.contains("< KA|ASUR|KC01|WS5|CTOne-shot keys are not made here|"))
            #expect(try encoder.cards().map(\.rooms) == [["101"], ["101"]])
        }
    }

    /// Two bridges: one as hotel system, with the drivers of both protocols; one as lock server in front of an encoder.
    @Test func ownDrivers_andOwnFacades_understandEachOther() async throws {
        try await Site.open { site in
            let (fias, standard) = (try freePort(), try freePort())
            let encoder = try await site.encoder("desk")
            try site.configure(
                encoders: Site.entry("front-desk", encoder.link.path),
                property: Self.site(
                    "fias: { listen: \"127.0.0.1:\(fias)\", encoders: { \"01\": front-desk } }\n  "
                        + "industryStandard: { listen: \"127.0.0.1:\(standard)\", encoders: { \"Online Encoder 1\": front-desk } }"))
            let lockServer = try site.bridge()
            try await lockServer.ready()
            try await Site.open { hotel in
                try hotel.configure(
                    encoders: """
                          over-fias: { driver: fias, match: { tcp: "127.0.0.1:\(fias)" }, settings: { encoder: "01" } }
                          over-standard:
                            driver: industry-standard
                            match: { tcp: "127.0.0.1:\(standard)" }
                            settings: { encoder: "Online Encoder 1", acknowledgeAnswer: "no" }

                        """)
                let bridge = try hotel.bridge()
                for name in ["over-fias", "over-standard"] {
                    try await bridge.ready(name)
                    let job = try await bridge.outcome(of: try await bridge.order("10\(name.count)", on: name, copies: 2).id)
                    #expect(job.state == "done", "\(job)")
                    #expect(job.copiesDone == 2)
                }
            }
            #expect(try encoder.cards().map(\.rooms) == [["109"], ["109"], ["1013"], ["1013"]])
        }
    }

    /// No card: the hotel system reads what to do before its 30 seconds are over, and the order is taken back.
    @Test func encoderThatCanWait_isTakenBack_withinTheHotelSystemsPatience() async throws {
        try await Site.open { site in
            let port = try freePort()
            let encoder = try await site.encoder("desk", ["--fault", "noCard", "--card-limit", "60s"], family: "pn532")
            try site.configure(
                encoders: """
                      front-desk:
                        driver: pn532
                        match: { device: \(encoder.link.path) }
                        layout: door
                        settings: { cardTimeout: 60s }

                    """,
                property: Self.site("fias: { listen: \"127.0.0.1:\(port)\", encoders: { \"01\": front-desk } }")
                    + "layouts: { door: { key: factory, blocks: { 4: \"{lock bcd=2} {fill}\" } } }\n")
            let bridge = try site.bridge()
            try await bridge.ready()
            let start = ContinuousClock.now
            let (answers, _) = try await fias(site, port, ["KR|KC01|KTN|RN101|GD281231|WS1|"])
            #expect(answers == ["< KA|ASRY|KC01|WS1|CTPut a card on the encoder, try again|"])
            #expect(.now - start < .seconds(29))
            #expect(try encoder.cards().isEmpty)
        }
    }
}
