// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Framing
import LockServerLink
import Logging
import Ports

/// The bridge as a lock system: a hotel system sends key records, the encoders of the bridge make the cards.
public actor FiasConnector {
    public static let origin = JobOrigin("fias")

    let configuration: FiasConfiguration
    let counter: KeyCounter
    let zone: @Sendable () async -> TimeZone
    let keys: JournalShelf<KeyBook>
    /// What clerks read in CT.
    let words: Words
    private let guestBook: JournalShelf<GuestBook>
    private let guests: @Sendable (GuestEvent) async -> Void
    private let ports: any PortSystem & PortListening
    let logger: Logger
    public private(set) var status: ConnectorStatus
    private var hasToldAgain = false
    /// So long the end waits until what guests did is kept.
    private static let closing = Duration.seconds(5)
    /// A whole hotel that is told anew, and more: beyond that it is no hotel that tells.
    private static let mostWaiting = 20_000

    /// - Parameters:
    ///   - zone: the hotel's, as it is known at the moment.
    ///   - turns: shared with the other facade.
    ///   - guests: who wants to know of guests that check in, move and leave.
    public init(
        configuration: FiasConfiguration, desk: any JobDesk, journal: any JobJournal, ports: any PortSystem & PortListening,
        zone: @escaping @Sendable () async -> TimeZone, turns: Turns, guests: @escaping @Sendable (GuestEvent) async -> Void = { _ in },
        logger: Logger
    ) {
        self.configuration = configuration
        self.ports = ports
        self.zone = zone
        self.guests = guests
        self.logger = logger
        counter = KeyCounter(desk: desk, origin: Self.origin, encoders: configuration.encoders, logger: logger, turns: turns)
        words = Words(configuration.language)
        keys = JournalShelf(journal, fact: .fiasKeys, empty: KeyBook())
        guestBook = JournalShelf(journal, fact: .fiasGuests, empty: GuestBook())
        let dialsOut = if case .listens = configuration.way { false } else { true }
        status = ConnectorStatus(name: Self.origin.name, state: .connecting, since: Date(), dialsOut: dialsOut)
    }

    /// Serves until the task is cancelled; then answers what is in hand and says LE.
    public func run() async {
        let (stream, news) = AsyncStream.makeStream(of: FiasWire.News.self)
        let wire = FiasWire(
            .lockSystem(declares: Self.declarations), security: security, way: way(), on: ports.makeExecutor(name: "fias"), zone: zone
        ) { news.yield($0) }
        let work = Task { await wire.run() }
        let (told, guestNews) = AsyncStream.makeStream(of: GuestEvent.self, bufferingPolicy: .bufferingOldest(Self.mostWaiting))
        let following = Task { await self.follow(told) }
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await item in stream {
                    switch item {
                    case .lives: show(.connected, nil)
                    case .down(let fault): show(.connecting, fault)
                    case .record(let record, let life):
                        // What guests do is taken in the order in which it was told.
                        if let event = GuestEvent(record) {
                            if case .dropped = guestNews.yield(event) {
                                logger.error("fias: \(Self.mostWaiting) reservations wait for the disk: \(event.reservation) is left out")
                            }
                        } else if let arrival = arrival(of: record) {
                            group.addTask { await self.take(record, arrival) { await wire.send($0, in: life) } }
                        }
                    }
                }
                group.cancelAll()
            }
        } onCancel: {
            news.finish()
        }
        work.cancel()
        await work.value
        guestNews.finish()
        // The link has acknowledged them.
        _ = await Task { await waiting(for: { await following.value }, unless: { try await Task.sleep(for: Self.closing) }) }.value
    }

    // MARK: Link

    private var security: FiasSecurity { if case .device = configuration.way { .serial } else { .tcp } }

    private nonisolated func way() -> FiasWire.Way {
        let (ports, executor) = (ports, ports.makeExecutor(name: "fias-line"))
        switch configuration.way {
        case .listens(let host, let port, let from):
            return .listens { () throws(Fault) in try ports.listen(host: host, port: port, from: from, on: executor) }
        case .dials(let host, let port):
            let detected = DetectedPort(incarnation: .init("fias"), kind: .tcp, address: HostAndPort(host: host, port: port).description)
            return .opens { () async throws(Fault) in try await ports.open(detected, line: LineSettings(baud: 9600), on: executor) }
        case .device(let path, let baud):
            let detected = DetectedPort(incarnation: .init("fias"), kind: .tty, address: path)
            return .opens { () async throws(Fault) in try await ports.open(detected, line: LineSettings(baud: baud), on: executor) }
        }
    }

    /// What is asked of the hotel system, and what it is given.
    static let declarations: [FiasRecord] = [
        FiasRecord("LD", [.init("V#", "EB 1"), .init("IF", "DL")]),
        request("KR", "KCKTRNWSG#GAGDDTGNSIKO"), request("KD", "KCRNWSG#"), request("KM", "KCRNROWSG#GDDT"), request("KZ", "KCWS"),
        request("KA", "ASKCWSCT$2"), request("GI", "G#RNGAGDGSSF"), request("GO", "G#RNGSSF"), request("GC", "G#RNROGAGDGSSF"),
    ]

    private static func request(_ record: String, _ fields: String) -> FiasRecord {
        FiasRecord("LR", [.init("RI", record), .init("FL", fields)])
    }

    private func show(_ state: ConnectorStatus.State, _ fault: Fault?) {
        if let fault {
            let problem = "the hotel system is not connected (\(fault.detail ?? fault.kind.code))"
            if status.state != state || status.lastProblem != problem { logger.notice("fias: \(problem)") }
            status.lastProblem = problem
            status.lastProblemAt = Date()
        }
        guard status.state != state else { return }
        status.state = state
        status.since = Date()
        logger.notice("fias: \(state.rawValue)")
    }

    // MARK: Records

    /// Takes what guests do, in order and beside the records that wait for an answer: a disk that is slow holds up nobody at a desk.
    private func follow(_ events: AsyncStream<GuestEvent>) async {
        await tellAgain()
        for await event in events { await take(event) }
    }

    /// What was told before the last end may not have come through.
    private func tellAgain() async {
        do throws(JournalFault) {
            let stays = try await guestBook.read().stays.values
            hasToldAgain = true
            for event in stays.sorted(by: { ($0.at ?? .distantPast) < ($1.at ?? .distantPast) }) { await guests(event) }
        } catch {
            logger.error("journal: \(error)")
        }
    }

    private func take(_ event: GuestEvent) async {
        do throws(JournalFault) {
            try await guestBook.change { $0.take(event) }
        } catch {
            logger.error("journal: \(error)")
        }
        if !hasToldAgain { await tellAgain() }
        let book = try? await guestBook.read()
        if let book, book.stays[event.reservation] == nil {
            logger.error(
                "fias: reservation \(event.reservation) is not kept, because too many guests are said to be in house: let the hotel system send check-outs (GO)"
            )
        }
        // With the dates that an earlier event told.
        await guests(book?.stays[event.reservation] ?? event)
    }

    /// - Parameter send: where the record came from, and nowhere else; whether that was still there.
    private func take(_ record: FiasRecord, _ arrival: Arrival, _ send: @Sendable (FiasRecord) async -> Bool) async {
        logger.info("fias: \(record.redacted)")
        let reply = await reply(to: record, arrival)
        let isSent = await send(reply.record)
        logger.info("fias: \(isSent ? "" : "not delivered: ")\(reply.record.redacted)")
        await keep(reply)
        if !isSent, let job = reply.job {
            await counter.desk.note("the answer was not delivered: the hotel system was no longer connected", about: job)
        }
    }

    /// What an answer leaves to be remembered. Never before it: a card that exists must not time out at the hotel system because of a disk.
    func keep(_ reply: FiasReply) async {
        guard let change = reply.remembers else { return }
        do throws(JournalFault) {
            try await keys.change(change)
        } catch {
            logger.error("journal: \(error)")
        }
    }
}
