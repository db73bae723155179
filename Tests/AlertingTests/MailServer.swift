// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix
import Synchronization

/// A mail server that takes everything, on a loopback port: as much of SMTP as a client needs that hands over one mail.
final class MailServer: Sendable {
    struct Mail: Sendable {
        var from = ""
        var to: [String] = []
        var text = ""
    }

    private let kept = Mutex<[Mail]>([])
    private let channel = Mutex<(any Channel)?>(nil)

    var mails: [Mail] { kept.withLock { $0 } }
    var port: Int { channel.withLock { $0?.localAddress?.port ?? 0 } }

    static func started() async throws -> MailServer {
        let server = MailServer()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(End(server)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.channel.withLock { $0 = channel }
        return server
    }

    func stop() async throws { try await channel.withLock { $0 }?.close() }

    private final class End: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let server: MailServer
        private var received = ""
        private var mail = Mail()
        private var isData = false

        init(_ server: MailServer) { self.server = server }

        func channelActive(context: ChannelHandlerContext) { say("220 here", context) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            while let end = received.firstRange(of: "\r\n") {
                let line = String(received[..<end.lowerBound])
                received.removeSubrange(..<end.upperBound)
                take(line, context)
            }
        }

        private func take(_ line: String, _ context: ChannelHandlerContext) {
            if isData {
                guard line == "." else { return mail.text += line + "\n" }
                server.kept.withLock { $0.append(mail) }
                isData = false
                return say("250 kept", context)
            }
            let address = line.split(separator: "<").last?.prefix { $0 != ">" } ?? ""
            if line.hasPrefix("MAIL") { mail = Mail(from: String(address)) }
            if line.hasPrefix("RCPT") { mail.to.append(String(address)) }
            isData = line == "DATA"
            if line == "QUIT" { return say("221 bye", context) }
            say(isData ? "354 go on" : "250 yes", context)
        }

        private func say(_ line: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: line + "\r\n")), promise: nil)
        }
    }
}
