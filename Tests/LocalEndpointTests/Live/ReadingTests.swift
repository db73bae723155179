// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import LocalEndpoint
import Testing

@Suite(.timeLimit(.minutes(6)))
struct ReadingTests {
    @Test func health_saysServing_withoutToken() async throws {
        try await withEndpoint { client in
            let answer = try await client.get("/health", token: nil)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"status":"serving"}"#)
            #expect(answer.headers["cache-control"] == "no-store")
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["date"]?.hasSuffix(" GMT") == true)
            #expect(answer.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test func specification_isServed_withoutToken() async throws {
        try await withEndpoint { client in
            let answer = try await client.get("/openapi.yaml", token: nil)
            #expect(answer.status == 200 && answer.headers["content-type"] == "application/yaml")
            #expect(answer.text.contains("openapi: 3.0.3"))
        }
    }

    @Test func encoders_areListedWithNullsAndPlainSlashes() async throws {
        try await withEndpoint { client in
            let answer = try await client.get("/v1/encoders")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json")
            let list = try #require(answer.object()["encoders"] as? [[String: Any]])
            #expect(list.compactMap { $0["name"] as? String } == ["front-desk", "bar/2", "lab"])
            #expect(list[0]["lastFault"] is NSNull)
            #expect(answer.text.contains(#""address":"/dev/ttyUSB0""#))
        }
    }

    @Test func encoder_isFoundByPercentEncodedName() async throws {
        try await withEndpoint { client async throws in
            #expect(try await client.get("/v1/encoders/front-desk").value("driver") == "industry-standard")
            #expect(try await client.get("/v1/encoders/bar%2F2").value("state") == "absent")
            #expect(try await client.get("/v1/encoders/nowhere").problem == "404 unknownEncoder")
        }
    }

    @Test func status_decodesWithThePublicDecoder() async throws {
        try await withEndpoint { client in
            let answer = try await client.get("/v1/status")
            let page = try EndpointJSON.decoder().decode(BridgeStatusDocument.self, from: answer.body)
            #expect(page.encoders.count == 3)
            #expect(page.connectors == [ConnectorStatus(name: "mews", state: .connected, since: Date(timeIntervalSince1970: 0))])
            #expect(page.queue == QueueStatus(unfinishedJobs: 1, undeliveredReports: 2))
            #expect(answer.text.contains(#""reason":null"#))
        }
    }

    @Test func job_isShownWithoutTheGuest() async throws {
        try await withEndpoint { client in
            let order = Client.order.replacingOccurrences(of: "{", with: #"{"guestName":"Jana Novotná","#)
            let made = try await client.order(order)
            let location = try #require(made.headers["location"])
            let job = try await client.get(location)
            #expect(job.value("id").map { "/v1/jobs/\($0)" } == location)
            #expect(job.value("createdAt") == "2026-11-21T11:00:00Z")
            #expect(!job.text.contains("Novotn"))
            #expect(try await client.get("/v1/jobs/none").problem == "404 unknownJob")
        }
    }

    @Test func head_givesTheFieldsOfGetWithoutContent() async throws {
        try await withEndpoint { client in
            let get = try await client.get("/v1/encoders")
            let head = try await client.send("HEAD", "/v1/encoders", token: Secret.read)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.headers["content-length"] == get.headers["content-length"])
            let events = try await client.send("HEAD", "/v1/events", token: Secret.read)
            #expect(events.status == 200)
            #expect(events.headers["content-type"] == "text/event-stream")
        }
    }

    @Test func queryIsIgnored() async throws {
        try await withEndpoint { client in
            let answer = try await client.get("/v1/encoders?x=1")
            #expect(answer.status == 200)
        }
    }
}
