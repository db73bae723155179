// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import BridgeCore
import EncoderModel
import Foundation
import LocalEndpoint
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(6)))
struct EventStreamTests {
    @Test func events_comeWithTypeIdAndData() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client in
            var stream = try await EventReader(client)
            let start = try #require(try await stream.next())
            #expect(start.id?.hasSuffix("-0") == true)
            let at = Date(timeIntervalSince1970: 1_795_258_800)
            await desk.events.publish(.reportWaiting(.mews))
            await desk.events.publish(.card("front-desk", CardPresence(.present, uid: "04A1B2C3", technology: "mifare-classic-1k"), at: at))
            await desk.events.publish(.card("front-desk", CardPresence(.absent), at: at))
            await desk.events.publish(.encoder(try #require(await desk.encoder("front-desk"))))
            await desk.events.publish(.job(JobDocument(Self.job)))
            let card = try #require(try await stream.next())
            #expect(card.event == "card.arrived")
            #expect(card.id?.hasSuffix("-2") == true)
            #expect(
                try JSONDecoder().decode([String: String].self, from: Data(card.data.utf8))
                    == ["encoder": "front-desk", "uid": "04A1B2C3", "technology": "mifare-classic-1k", "at": "2026-11-21T11:00:00Z"])
            let gone = try #require(try await stream.next())
            #expect(gone.event == "card.removed" && gone.data.contains(#""uid":null"#))
            let encoder = try #require(try await stream.next())
            #expect(encoder.event == "encoder.ready")
            #expect(try EndpointJSON.decoder().decode(EncoderStatus.self, from: Data(encoder.data.utf8)).name == "front-desk")
            let job = try #require(try await stream.next())
            #expect(job.event == "job.queued" && job.id?.hasSuffix("-5") == true)
        }
    }

    @Test func stream_resumesAfterTheLastEventSeen() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client in
            var first = try await EventReader(client)
            let start = try #require(try await first.next()?.id)
            for _ in 1...3 { await desk.events.publish(.job(JobDocument(Self.job))) }
            let seen = try #require(try await first.next()?.id)
            // A client that comes back misses nothing, even one that has seen no event yet.
            #expect(try await Self.ids(client, after: seen, count: 2).map { $0.split(separator: "-").last } == ["2", "3"])
            #expect(try await Self.ids(client, after: start, count: 3).map { $0.split(separator: "-").last } == ["1", "2", "3"])
        }
    }

    @Test func stream_isReset_whenWhatWasMissedIsGone() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client in
            var probe = try await EventReader(client)
            let run = try #require(try await probe.next()?.id?.split(separator: "-").first)
            for _ in 0..<(EventHub.kept + 10) { await desk.events.publish(.reportWaiting(.local)) }
            for id in ["\(run)-3", "\(run)-99999", "\(run)-18446744073709551615", "earlier-5", "nonsense", "\(run)-x"] {
                var stream = try await EventReader(client, lastEventID: id)
                _ = try await stream.next()
                let reset = try #require(try await stream.next())
                #expect(reset.event == "reset", "after \(id)")
                #expect(reset.id == "\(run)-\(EventHub.kept + 10)")
            }
        }
    }

    @Test func jobsOfAnEarlierRun_areTold_toWhoComesBack() async throws {
        let desk = FakeDesk()
        var ended = Self.job
        ended.state = .done
        let states = [JobState.queued, .writing, .done]
        await desk.happened(
            states.enumerated().map { number, state in
                JobChange(place: Int64(number + 1), job: ended, entry: TrailEntry(at: ended.createdAt, state: state, note: ""))
            })
        try await withEndpoint(desk) { client in
            var stream = try await EventReader(client, lastEventID: "earlier.1-812")
            _ = try await stream.next()
            #expect(try await stream.next()?.event == "reset")
            let told = try [#require(try await stream.next()), #require(try await stream.next())]
            #expect(told.map(\.event) == ["job.writing", "job.done"])
            #expect(told[0].data.contains(#""state":"writing""#))
        }
    }

    @Test func slowReader_isCutOff_andTheOthersAreNotDisturbed() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client in
            guard case .tcp(let host, let port) = client.address else { return }
            let slow = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(ChannelOptions.autoRead, value: false)
                .connect(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            try await slow.executeThenClose { inbound, outbound in
                try await outbound.write(
                    ByteBuffer(string: "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(Secret.read)\r\n\r\n"))
                var reader = try await EventReader(client)
                _ = try await reader.next()
                try await eventually("the slow one is not there") { await desk.events.listenerCount == 2 }
                var job = Self.job
                job.remarks = [String(repeating: "x", count: 16_000)]
                let total = 2600
                for number in 1...total {
                    await desk.events.publish(.job(JobDocument(job)))
                    if number % 100 == 0 {
                        var id = ""
                        while !id.hasSuffix("-\(number)") { id = try #require(try await reader.next()?.id) }
                    }
                }
                #expect(await desk.events.listenerCount == 1)
                // Read at last: what waited comes, and the end, well before the last event.
                slow.channel.setOption(ChannelOptions.autoRead, value: true).whenFailure { Issue.record("\($0)") }
                var received = ByteBuffer()
                for try await part in inbound {
                    received.writeImmutableBuffer(part)
                    if received.readableBytesView.suffix(5).elementsEqual("0\r\n\r\n".utf8) { break }
                }
                #expect(received.readableBytes < total * 16_000)
            }
        }
    }

    @Test func client_thatLeaves_isForgotten() async throws {
        let desk = FakeDesk()
        try await withEndpoint(desk) { client in
            let task = Task {
                var stream = try await EventReader(client)
                while try await stream.next() != nil {}
            }
            try await eventually("nobody listens") { await desk.events.listenerCount == 1 }
            task.cancel()
            try await eventually("still listening") { await desk.events.listenerCount == 0 }
        }
    }

    @Test func streams_endProperly_whenTheEndpointStops() async throws {
        let desk = FakeDesk()
        let (ends, announce) = AsyncStream<Bool>.makeStream()
        let began = ContinuousClock.now
        try await withEndpoint(desk) { client in
            var stream = try await EventReader(client)
            _ = try await stream.next()
            let reader = stream
            Task {
                var reader = reader
                // A stream that is cut rather than ended throws.
                announce.yield((try? await reader.next()) == .some(nil))
                announce.finish()
            }
        }
        #expect(await ends.first { _ in true } == true)
        #expect(began.duration(to: .now) < .seconds(30))
    }

    @Test func streams_areLimited() async throws {
        try await withEndpoint { client in
            // At once: one that is open for half a minute gives way to another.
            let streams = try await withThrowingTaskGroup(of: HTTPClientResponse.self) { group in
                for _ in 0..<64 { group.addTask { try await EventReader.open(client) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try await client.get("/v1/events").problem == "503 tooManyStreams")
            withExtendedLifetime(streams) {}
        }
    }

    private static let job = Job(
        id: "11111111-2222-3333-4444-555555555555", encoder: "front-desk",
        order: KeyOrder(lockIds: ["101"], validFrom: .distantPast, validUntil: .distantFuture), origin: .local,
        createdAt: Date(timeIntervalSince1970: 1_795_258_800))

    private static func ids(_ client: Client, after id: String, count: Int) async throws -> [String] {
        var stream = try await EventReader(client, lastEventID: id)
        _ = try await stream.next()
        var ids: [String] = []
        while ids.count < count { ids.append(try #require(try await stream.next()?.id)) }
        return ids
    }
}

/// A client of its own, because the shared one opens few connections to one host.
private let streamClient: HTTPClient = {
    var configuration = HTTPClient.Configuration()
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 200
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
}()

/// Reads `text/event-stream` block by block.
struct EventReader {
    struct Block: Sendable, Equatable {
        var event: String?
        var id: String?
        var data = ""
    }

    private var bytes: HTTPClientResponse.Body.AsyncIterator
    private var pending = ""

    init(_ client: Client, lastEventID: String? = nil) async throws {
        bytes = try await Self.open(client, lastEventID: lastEventID).body.makeAsyncIterator()
    }

    static func open(_ client: Client, lastEventID: String? = nil) async throws -> HTTPClientResponse {
        let headers = lastEventID.map { [("Last-Event-ID", $0)] } ?? []
        let request = client.request("GET", "/v1/events", token: Secret.read, headers: headers)
        let response = try await streamClient.execute(request, timeout: .seconds(120))
        #expect(response.status == .ok)
        #expect(response.headers.first(name: "Content-Type") == "text/event-stream")
        return response
    }

    @concurrent mutating func next() async throws -> Block? {
        while true {
            if let end = pending.range(of: "\n\n") {
                let text = pending[..<end.lowerBound]
                pending = String(pending[end.upperBound...])
                return Self.block(text)
            }
            guard let buffer = try await bytes.next() else { return nil }
            pending += String(buffer: buffer)
        }
    }

    private static func block(_ text: Substring) -> Block {
        var block = Block()
        for line in text.split(separator: "\n") {
            if line.hasPrefix("event: ") { block.event = String(line.dropFirst(7)) }
            if line.hasPrefix("id: ") { block.id = String(line.dropFirst(4)) }
            if line.hasPrefix("data: ") { block.data += line.dropFirst(6) }
        }
        return block
    }
}
