// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import EncoderModel
import Foundation
import NIOCore
import NIOHTTP1

/// Alerts as JSON to an address of the site's: a chat, a monitoring, a program.
public struct Webhook: AlertChannel {
    public let name = "webhook"
    private let address: @Sendable () throws -> (url: String, token: String?)
    private let text: @Sendable () async -> AlertText
    private let limit: TimeAmount

    /// - Parameter address: read anew for each alert, so that a new one needs no restart. The URL itself may be the secret.
    public init(
        limit: Duration = .seconds(15), address: @escaping @Sendable () throws -> (url: String, token: String?),
        text: @escaping @Sendable () async -> AlertText
    ) {
        self.address = address
        self.text = text
        self.limit = .milliseconds(limit.components.seconds * 1000)
    }

    public func send(_ alert: Alert) async throws(AlertFault) {
        let url: String
        var request: HTTPClientRequest
        do {
            let (address, token) = try address()
            url = address
            request = HTTPClientRequest(url: address)
            if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
            request.body = .bytes(ByteBuffer(bytes: try WebhookDocument(alert, await text()).json()))
        } catch {
            throw AlertFault("\(error)")
        }
        // Only the host is named anywhere: of many such addresses the rest is a secret.
        let host = URL(string: url)?.host ?? "the webhook"
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "encoder-bridge")
        request.headers.add(name: "Idempotency-Key", value: alert.id)
        let status: UInt
        do {
            status = try await answer(to: request)
        } catch {
            throw AlertFault("\(host) does not answer (\(Self.reason(error))): look at alerts.webhook and the network")
        }
        guard (200..<300).contains(status) else {
            throw AlertFault("\(host) does not take alerts (HTTP \(status)): look at the address and the token of alerts.webhook")
        }
    }

    private func answer(to request: HTTPClientRequest) async throws -> UInt {
        var patience = HTTPClient.Configuration(redirectConfiguration: .disallow)
        patience.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: patience) { client in
            // What it says beyond the status is of no use, and the limit does not hold for it: it is not waited for.
            try await client.execute(request, timeout: limit).status.code
        }
    }

    /// Words without an address in them.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: error.shortDescription
        case let error as IOError: error.description
        default: "\(type(of: error))"
        }
    }
}
