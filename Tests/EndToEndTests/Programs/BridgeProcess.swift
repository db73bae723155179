// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The daemon: `encoder-bridge run`.
struct BridgeProcess: Sendable {
    let program: RunningProgram
    let web: WebClient

    func status() async throws -> StatusView { try await web.get("/v1/status") }

    func encoder(_ name: String = "front-desk") async throws -> EncoderView { try await web.get("/v1/encoders/\(name)") }

    func ready(_ name: String = "front-desk") async throws {
        try await eventually("the encoder \(name) to be ready") { try await encoder(name).state == "ready" }
    }

    func connected() async throws {
        try await eventually("the PMS to be connected") { try await status().connectors.first?.state == "connected" }
    }

    func job(_ id: String) async throws -> JobView { try await web.get("/v1/jobs/\(id)") }

    /// Orders keys at the local endpoint. Without times: valid for a day from now.
    func order(
        _ room: String, on encoder: String = "front-desk", copies: Int = 1, until: String? = nil, guest: String? = nil
    ) async throws -> JobView {
        let now = Date()
        let order: [String: any Sendable] = [
            "lockIds": [room], "validFrom": now.formatted(.iso8601), "validUntil": until ?? (now + 86_400).formatted(.iso8601),
            "copies": copies, "mode": "new", "guestName": guest ?? "Nobody",
        ]
        let answer = try await web.call("POST", "/v1/encoders/\(encoder)/jobs", json: order)
        guard answer.status == 202 else {
            throw Trouble("the order was answered by \(answer.status): \(String(decoding: answer.body, as: UTF8.self))")
        }
        return try answer.read()
    }

    func outcome(of id: String, within limit: Duration = .seconds(60)) async throws -> JobView {
        try await eventually("the outcome of job \(id)", within: limit) {
            let found = try await job(id)
            return found.isFinal ? found : nil
        }
    }

    func killNine() async throws { try await program.killNine() }
}
