// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOWebSocket

/// One WebSocket: events go out, pings are answered, whatever else a client says is not listened to.
struct SocketConnection {
    let channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
    let id: UUID
    let orders: AsyncStream<SocketOrder>
    let state: SandboxState

    func serve() async throws {
        let (channel, orders) = (channel.channel, orders)
        try await self.channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await order in orders {
                        switch order {
                        case .text(let text):
                            try await outbound.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)))
                        case .pong(let payload):
                            try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: ByteBuffer(bytes: payload)))
                        }
                    }
                    // No more orders: the socket is dropped as a cable would drop it, without a close frame.
                    channel.close(promise: nil)
                }
                try await listen(inbound, outbound)
                group.cancelAll()
            }
        }
    }

    private func listen(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>, _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    ) async throws {
        for try await frame in inbound {
            switch frame.opcode {
            case .ping: await state.ping(id, payload: Array(frame.unmaskedData.readableBytesView))
            case .connectionClose:
                let code = frame.unmaskedData.getSlice(at: frame.unmaskedData.readerIndex, length: 2) ?? ByteBuffer()
                try await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: code))
                return
            default: continue
            }
        }
    }
}
