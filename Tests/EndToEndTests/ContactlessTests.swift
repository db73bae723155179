// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A raw encoder with cards that come and go, from the order to the card.
@Suite(.serialized, .timeLimit(.minutes(6))) struct ContactlessTests {
    @Test(arguments: [
        ("classic-1k", #"{"blocks":{"4":"00112233445566778899AABBCCDDEEFF"}}"#), ("ntag213", #"{"pages":{"4":"00112233"}}"#),
    ])
    func cards_areWrittenEachOnItsOwn_andComeAndGoAsEvents(kind: String, image: String) async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("pn", ["--card", kind, "--card-stay", "1s"], family: "pn532")
            try site.configure(encoders: Self.entry(encoder))
            let bridge = try site.bridge()
            try await bridge.ready()
            let seen = Events()
            let listener = Task {
                try await bridge.web.events("/v1/events") { name, _, _ in await seen.add(name) }
            }
            defer { listener.cancel() }
            let job = try await bridge.outcome(of: try await Self.order(image, copies: 2, on: bridge), within: .seconds(60))
            #expect(job.state == "done")
            #expect(job.copiesDone == 2)
            try await eventually("the cards to have come and gone") {
                let names = await seen.names
                return names.contains("card.arrived") && names.contains("card.removed")
            }
        }
    }

    @Test func contentForAnotherCard_isUnsupported_andNothingIsWritten() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("pn", ["--card", "classic-1k"], family: "pn532")
            try site.configure(encoders: Self.entry(encoder))
            let bridge = try site.bridge()
            try await bridge.ready()
            let job = try await bridge.outcome(of: try await Self.order(#"{"pages":{"4":"00112233"}}"#, copies: 1, on: bridge))
            #expect(job.state == "failed")
            #expect(job.fault?.code == "unsupportedCard")
            #expect(job.fault?.card == "untouched")
        }
    }

    /// The program before left the chip at another speed: the bridge finds it.
    @Test func wrongSpeed_isFound() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("pn", ["--fault", "wrongSpeed:once"], family: "pn532")
            try site.configure(encoders: Self.entry(encoder))
            let bridge = try site.bridge()
            try await bridge.ready()
            let image = #"{"blocks":{"4":"00112233445566778899AABBCCDDEEFF"}}"#
            #expect(try await bridge.outcome(of: try await Self.order(image, copies: 1, on: bridge)).state == "done")
        }
    }

    private static func entry(_ encoder: EncoderProcess) -> String {
        "  front-desk: { driver: pn532, match: { device: \(encoder.link.path) } }"
    }

    private static func order(_ image: String, copies: Int, on bridge: BridgeProcess) async throws -> String {
        let image = try JSONSerialization.jsonObject(with: Data(image.utf8)) as? [String: [String: String]] ?? [:]
        let order: [String: any Sendable] = [
            "lockIds": ["101"], "validFrom": Date().formatted(.iso8601), "validUntil": (Date() + 86_400).formatted(.iso8601),
            "copies": copies, "mode": "new", "cardImage": image,
        ]
        let answer = try await bridge.web.call("POST", "/v1/encoders/front-desk/jobs", json: order)
        guard answer.status == 202 else { throw Trouble("\(answer.status): \(String(decoding: answer.body, as: UTF8.self))") }
        let job: JobView = try answer.read()
        return job.id
    }
}

/// Names of events, in order.
private actor Events {
    private(set) var names: [String] = []
    func add(_ name: String) { names.append(name) }
}
