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
        let start = try await opening(of: subscription, resumption)
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

    /// More than this of the past is not told; a client that was away for so long reads the list of jobs.
    private static let mostPast = 1000

    /// Place, then a reset or what was missed.
    private func opening(of subscription: EventHub.Subscription, _ resumption: EventPlace.Resumption) async throws -> String {
        let now = EventPlace(run: run, number: subscription.last, place: subscription.place)
        if case .earlierRun(let place) = resumption { return try await past(after: place, until: now) }
        if resumption == .lost || subscription.gap { return EventText.opening(at: now) + EventText.reset(at: now) }
        guard let first = subscription.missed.first else { return EventText.opening(at: now) }
        let json = EndpointJSON.encoder()
        let missed = try subscription.missed.compactMap { try EventText.block($0, run: run, json) }.joined()
        return EventText.opening(at: EventPlace(run: run, number: first.number - 1, place: first.place)) + missed
    }

    /// What happened to jobs since the client was here, in an earlier run: the journal knows. Of encoders and cards it knows nothing, so a
    /// reset comes first: the client reads encoders anew, and no job's end is lost to it.
    private func past(after place: Int64, until now: EventPlace) async throws -> String {
        let opening = EventText.opening(at: now) + EventText.reset(at: now)
        let changes = try await desk.changes(after: place, limit: Self.mostPast)
        guard changes.count < Self.mostPast else { return opening }
        let json = EndpointJSON.encoder()
        return try opening + changes.map { try EventText.block($0, at: now, json) }.joined()
    }

    /// Writes, and closes the connection of a reader that does not take it in time.
    @concurrent private static func send(_ text: String, to writer: inout any ResponseBodyWriter, _ channel: any Channel) async throws {
        let alarm = channel.eventLoop.scheduleTask(in: .seconds(RequestLimits.eventTime)) { channel.close(promise: nil) }
        defer { alarm.cancel() }
        try await writer.write(ByteBuffer(string: text))
    }
}
