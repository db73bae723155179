// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import NIOCore
import NIOHTTP1

/// One HTTP connection: request, answer, request, answer. An answer that ends the connection closes it once it is sent
/// (`ResponsePartHandler`).
struct HTTPConnection {
    typealias Channel = NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>

    let channel: Channel
    let router: Router
    let limits: SandboxLimits

    func serve() async throws {
        let isLocal = channel.channel.remoteAddress.map(Self.isLoopback) ?? false
        try await channel.executeThenClose { inbound, outbound in
            var assembly = RequestAssembly(limit: limits.bodyBytes)
            var deadline = scheduleDeadline()
            defer { deadline.cancel() }
            for try await part in inbound {
                guard let outcome = assembly.take(part) else { continue }
                deadline.cancel()
                switch outcome {
                case .whole(let head, let body):
                    guard let answer = await router.answer(request(head, body, isLocal: isLocal)) else { return }
                    // NIO's parser stops behind a request that asks for an upgrade.
                    let goesOn = head.isKeepAlive && !head.headers.contains(name: "upgrade")
                    try await write(answer, keepAlive: goesOn, to: outbound)
                case .tooLarge:
                    let refusal = ApiRefusal(status: 413, message: "A request may be \(limits.bodyBytes) bytes at most.")
                    try await write(.refusal(refusal, requestId: Response.newRequestId()), keepAlive: false, to: outbound)
                case .hopeless: return
                }
                deadline = scheduleDeadline()
            }
        }
    }

    /// Who takes too long to send a request, or sends none, is sent away.
    private func scheduleDeadline() -> Scheduled<Void> {
        let channel = channel.channel
        return channel.eventLoop.scheduleTask(in: TimeAmount(limits.patience)) { channel.close(promise: nil) }
    }

    private func request(_ head: HTTPRequestHead, _ body: Data, isLocal: Bool) -> Request {
        var headers: [String: [String]] = [:]
        for (name, value) in head.headers { headers[name.lowercased(), default: []].append(value) }
        return Request(method: head.method.rawValue, uri: head.uri, headers: headers, body: body, isLocal: isLocal)
    }

    private func write(
        _ response: Response, keepAlive: Bool, to outbound: NIOAsyncChannelOutboundWriter<HTTPPart<HTTPResponseHead, ByteBuffer>>
    ) async throws {
        let head = response.head(keepAlive: keepAlive)
        try await outbound.write(contentsOf: [.head(head), .body(ByteBuffer(bytes: response.body)), .end(nil)])
    }

    private static func isLoopback(_ address: SocketAddress) -> Bool {
        guard let ip = address.ipAddress else { return false }
        // An IPv4 peer of an IPv6 socket.
        return HostAndPort.isLoopback(ip.hasPrefix("::ffff:") ? String(ip.dropFirst(7)) : ip)
    }
}
