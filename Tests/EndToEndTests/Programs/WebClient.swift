// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// JSON over HTTP, on a TCP address or a unix socket.
struct WebClient: Sendable {
    /// `http://127.0.0.1:8700` or `http+unix://%2Ftmp%2Fa.sock`.
    let base: String
    var headers: [String: String] = [:]

    struct Answer: Sendable {
        let status: UInt
        let body: Data

        func read<Value: Decodable>(_: Value.Type = Value.self) throws -> Value {
            do {
                return try JSONDecoder().decode(Value.self, from: body)
            } catch {
                throw Trouble("status \(status), unexpected body \(String(decoding: body.prefix(600), as: UTF8.self))")
            }
        }
    }

    func get<Value: Decodable>(_ path: String, as type: Value.Type = Value.self) async throws -> Value {
        try await call("GET", path).read(type)
    }

    @discardableResult
    func call(_ method: String, _ path: String, json: [String: any Sendable]? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = .init(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        // A reload may put another server behind the same address: a connection that waits in the pool is the old one's.
        request.headers.add(name: "Connection", value: "close")
        if let json {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(try JSONSerialization.data(withJSONObject: json))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        return Answer(status: response.status.code, body: Data(buffer: try await response.body.collect(upTo: 8 << 20)))
    }

    /// An event stream: every event with its name and the moment at which it came.
    func events(_ path: String, _ take: @Sendable (String, Data, ContinuousClock.Instant) async throws -> Void) async throws {
        var request = HTTPClientRequest(url: base + path)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await HTTPClient.shared.execute(request, deadline: .now() + .minutes(5))
        var rest = Data()
        for try await chunk in response.body {
            rest.append(contentsOf: chunk.readableBytesView)
            while let end = rest.range(of: Data("\n\n".utf8)) {
                let block = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
                rest = Data(rest[end.upperBound...])
                let lines = block.split(separator: "\n")
                let name = lines.first { $0.hasPrefix("event: ") }?.dropFirst(7) ?? ""
                let data = lines.first { $0.hasPrefix("data: ") }?.dropFirst(6) ?? ""
                try await take(String(name), Data(data.utf8), .now)
            }
        }
    }
}
