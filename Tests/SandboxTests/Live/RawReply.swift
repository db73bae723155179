// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix

/// Sends bytes as they are and gives what came back until the other side closed.
func rawReply(port: Int, _ text: String) async throws -> String {
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    var reply = ""
    do {
        let channel = try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
        }
        try await channel.executeThenClose { inbound, outbound in
            if !text.isEmpty { try await outbound.write(ByteBuffer(string: text)) }
            for try await bytes in inbound { reply += String(buffer: bytes) }
        }
    } catch is IOError {
        // A reset ends a connection too: the server left while bytes were on their way to it.
    } catch ChannelError.ioOnClosedChannel {
        // The server left before our bytes did.
    }
    return reply
}
