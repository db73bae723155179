// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Hotel systems that know only how to call a lock server, with the bridge in its place.
@Suite(.serialized, .timeLimit(.minutes(6))) struct FacadeTests {
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
            // The lock system behind the encoder has ended it: no word of a card that still opens.
            #expect(answers.contains("< KA|ASOK|KC01|WS3|G#1|"))
            // 01 is not 1.
            #expect(answers.contains("< KA|ASUR|KC1|WS4|CTNo encoder 1 here|"))
            #expect(answers.contains { $0.hasPrefix("< KA|ASOK|KC01|WS5|") })
            #expect(try encoder.cards().map(\.rooms) == [["101"], ["101"], ["101"]])
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

    /// Everything that a hotel system says of keys, through the bridge to a lock server that understands it, and the same over HTTP.
    @Test func noticesAndOneShots_reachTheLockServer_behindTheBridge() async throws {
        try await Site.open { site in
            let (port, way) = (try freePort(), LockServerProcess.Way.listens(try freePort()))
            let server = try site.lockServer(way, ["--room", "101", "--room", "102"])
            try site.configure(
                encoders: "  front-desk: { driver: fias, match: \(way.match(in: site.folder)), settings: { encoder: \"01\" } }\n",
                property: Self.site("fias: { listen: \"127.0.0.1:\(port)\", encoders: { \"7\": front-desk } }"))
            let bridge = try site.bridge()
            try await bridge.ready()
            let (answers, _) = try await fias(
                site, port,
                [
                    "KR|KC7|KTN|RN101|G#1|GD281231|DT11:00|WS1|", "KR|KC7|KTO|RN102|WS2|", "KM|KC7|RN102|RO101|G#1|GD281231|DT11:00|WS3|",
                    "KM|KC7|RN102|WS4|", "KD|KC7|RN102|G#1|WS5|", "KD|KC7|RN999|G#1|WS6|",
                ])
            #expect(
                answers.map { $0.replacing(/\|\$2\w+/, with: "") } == [
                    "< KA|ASOK|KC7|WS1|G#1|", "< KA|ASOK|KC7|WS2|", "< KA|ASOK|KC7|WS3|G#1|",
                    "< KA|ASUR|KC7|WS4|CTReservation (G#) is missing|",
                    "< KA|ASOK|KC7|WS5|G#1|",
                    "< KA|ASUR|KC7|WS6|G#1|CTthe lock system cannot do this|",
                ])
            #expect(try server.cards() == ["KR N 101", "KR O 102"])

            let job = try await bridge.outcome(of: try await bridge.order("101").id)
            func tell(_ kind: String, _ body: [String: any Sendable]) async throws -> UInt {
                try await bridge.web.call("POST", "/v1/encoders/front-desk/\(kind)", json: body).status
            }
            #expect(try await tell("check-out", ["room": "101"]) == 200)
            #expect(try await tell("check-out", ["room": "999"]) == 422)
            #expect(try await tell("key-change", ["room": "102", "oldRoom": "101", "reservationNumber": "1"]) == 200)
            // By hand, as a technician would.
            func say(_ words: String...) async throws -> RunningProgram.Ended {
                try await RunningProgram.run(["tell", "front-desk"] + words + ["--config", site.configuration.path])
            }
            let left = try await say("check-out", "--room", "101")
            #expect(left.status == 0 && left.output.contains("the keys of room 101 have ended"), "\(left.output)")
            #expect(try await say("check-out", "--room", "999").status == 1)
            let moved = try await say(
                "key-change", "--room", "102", "--old-room", "101", "--reservation", "1", "--until", "2028-12-31T11:00")
            #expect(moved.status == 0 && moved.output.contains("until 2028-12-31 11:00 (Europe/Prague)"), "\(moved.output)")
            #expect(try await say("key-change", "--room", "102", "--old-room", "101").status == 64)
            let trail = String(decoding: try await bridge.web.call("GET", "/v1/jobs/\(job.id)/trail").body, as: UTF8.self)
            #expect(trail.contains("check-out: front-desk has done it"), "\(trail)")
        }
    }

    /// A family's encoders can what the family declares; a site's own messages may add to it.
    @Test func siteWithAMessageForCheckOuts_declaresThem() async throws {
        try await Site.open { site in
            let own = "new: \"{room}{until:yyyyMMddHH}\", result: columns 1-2, result.OK: ok"
            func entry(_ name: String, _ more: String) -> String {
                "  \(name): { driver: generic-stx-etx, match: { device: \(site.folder.path)/\(name) }, settings: { \(own)\(more) } }\n"
            }
            try site.configure(encoders: entry("plain", "") + entry("more", ", checkOut: \"{room}\""))
            let bridge = try site.bridge()
            try await eventually("the bridge") { try await bridge.status().encoders.count == 2 }
            struct Encoder: Decodable { let capabilities: [String] }
            #expect(try await bridge.web.get("/v1/encoders/plain", as: Encoder.self).capabilities == ["copies", "read"])
            #expect(try await bridge.web.get("/v1/encoders/more", as: Encoder.self).capabilities == ["copies", "read", "check-out"])
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
