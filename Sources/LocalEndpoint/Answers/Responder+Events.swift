// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import HTTPTypes
import HummingbirdCore
import NIOCore

/// The event stream. There is no heartbeat: a client on the same machine that goes away closes its socket, and a bridge where nothing
/// happens should not wake up to say so.
extension Responder {
    func eventStream(_ request: Request, _ channel: any Channel) async throws -> Response {
        // The headers alone: nobody listens then.
        guard request.method != .head else { return Reply.stream(ResponseBody()) }
        let resumption = EventPlace.resumption(request.headers.values(of: "Last-Event-ID"), run: run)
        var seen: UInt64?
        if case .after(let number) = resumption { seen = number }
        let subscription = await desk.events.subscribe(after: seen)
        let seat: OpenAnswers.Seat
        do { seat = try streams.enter(subscription.end) } catch {
            switch error {
            case .full: throw Problem.tooManyStreams
            case .stopped: throw Problem.stopping
            }
        }
        let start = try opening(of: subscription, resumption)
        let run = run
        return Reply.stream(
            ResponseBody { writer in
                defer { withExtendedLifetime(seat) {} }
                let json = EndpointJSON.encoder()
                try await request.body.consumeWithInboundCloseHandler { _ in
                    try await Self.send(start, to: &writer, channel)
                    for await event in subscription.events {
                        guard let text = try EventText.block(event, run: run, json) else { continue }
                        try await Self.send(text, to: &writer, channel)
                    }
                } onInboundClosed: {
                    subscription.end()
                }
                try await writer.finish(nil)
            })
    }

    /// Place, then a reset or what was missed.
    private func opening(of subscription: EventHub.Subscription, _ resumption: EventPlace.Resumption) throws -> String {
        let now = EventPlace(run: run, number: subscription.last)
        if resumption == .lost || subscription.gap { return EventText.opening(at: now) + EventText.reset(at: now) }
        guard let first = subscription.missed.first else { return EventText.opening(at: now) }
        let json = EndpointJSON.encoder()
        let missed = try subscription.missed.compactMap { try EventText.block($0, run: run, json) }.joined()
        return EventText.opening(at: EventPlace(run: run, number: first.number - 1)) + missed
    }

    /// Writes, and closes the connection of a reader that does not take it in time.
    @concurrent private static func send(_ text: String, to writer: inout any ResponseBodyWriter, _ channel: any Channel) async throws {
        let alarm = channel.eventLoop.scheduleTask(in: .seconds(RequestLimits.eventTime)) { channel.close(promise: nil) }
        defer { alarm.cancel() }
        try await writer.write(ByteBuffer(string: text))
    }
}
