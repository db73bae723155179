// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Testing

@testable import Sandbox

/// A running sandbox and a client for it.
struct Visit: Sendable {
    let server: SandboxServer
    let port: Int

    var state: SandboxState { server.state }

    struct Answer {
        var status: Int
        var headers: HTTPHeaders
        var json: JSONValue?
        var text: String
    }

    /// One plain HTTP request.
    func send(
        _ method: String, _ path: String, body: String? = nil, headers: [(String, String)] = [], timeout: TimeAmount = .seconds(60)
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .RAW(value: method)
        request.headers = HTTPHeaders(headers)
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: timeout)
        let bytes = Data(buffer: try await response.body.collect(upTo: 1 << 22))
        return Answer(
            status: Int(response.status.code), headers: response.headers, json: JSONValue(parsing: bytes),
            text: String(decoding: bytes, as: UTF8.self))
    }

    /// A call of the API with today's tokens.
    func call(
        _ operation: ConnectorOperation, _ fields: [String: JSONValue] = [:], timeout: TimeAmount = .seconds(60)
    ) async throws -> Answer {
        let body = JSONValue.object(Bench.tokens.merging(fields) { _, own in own }).encoded
        return try await send(
            "POST", operation.path, body: String(decoding: body, as: UTF8.self), headers: [("Content-Type", "application/json")],
            timeout: timeout)
    }
}

/// Starts a sandbox on a free port for the length of `body`.
func withSandbox(
    hotel: Hotel = .small, limits: SandboxLimits = SandboxLimits(), _ body: @escaping @Sendable (Visit) async throws -> Void
) async throws {
    let server = SandboxServer(hotel: hotel, limits: limits)
    let (ports, listening) = AsyncStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { listening.finish() }
            try await server.run(host: "127.0.0.1", port: 0) { listening.yield($0) }
        }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        try await body(Visit(server: server, port: port))
        group.cancelAll()
        // The server ends because it is cancelled, which is no failure of the test.
        while let result = await group.nextResult() {
            if case .failure(let error) = result, !(error is CancellationError) { throw error }
        }
    }
}

/// Waits for a condition; the deadline is there only to end a failed test.
func eventually(_ what: String, _ condition: @Sendable () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
        if try await condition() { return }
        await Task.yield()
    }
    Issue.record("It never happened: \(what)")
}
