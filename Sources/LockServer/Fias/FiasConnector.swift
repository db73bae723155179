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
    private let guestBook: JournalShelf<GuestBook>
    private let guests: @Sendable (GuestEvent) async -> Void
    private let ports: any PortSystem & PortListening
    private let logger: Logger
    public private(set) var status: ConnectorStatus

    /// - Parameters:
    ///   - zone: the hotel's, as it is known at the moment.
    ///   - guests: who wants to know of guests that check in, move and leave.
    public init(
        configuration: FiasConfiguration, desk: any JobDesk, journal: any JobJournal, ports: any PortSystem & PortListening,
        zone: @escaping @Sendable () async -> TimeZone, guests: @escaping @Sendable (GuestEvent) async -> Void = { _ in }, logger: Logger
    ) {
        self.configuration = configuration
        self.ports = ports
        self.zone = zone
        self.guests = guests
        self.logger = logger
        counter = KeyCounter(desk: desk, origin: Self.origin, encoders: configuration.encoders, logger: logger)
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
        // What was told before the last end may not have come through.
        for event in await guestBook.read().stays.values.sorted(by: { ($0.at ?? .distantPast) < ($1.at ?? .distantPast) }) {
            await guests(event)
        }
        let work = Task { await wire.run() }
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await item in stream {
                    switch item {
                    case .lives: show(.connected, nil)
                    case .down(let fault): show(.connecting, fault)
                    case .record(let record):
                        // What guests do is taken in the order in which it was told.
                        if let event = GuestEvent(record) { await take(event) } else { group.addTask { await self.take(record, wire) } }
                    }
                }
                group.cancelAll()
            }
        } onCancel: {
            news.finish()
        }
        work.cancel()
        await work.value
    }

    /// Who is in house, as the hotel system has told.
    public var guestsInHouse: GuestBook { get async { await guestBook.read() } }

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

    private func take(_ event: GuestEvent) async {
        do throws(JournalFault) {
            try await guestBook.change { $0.take(event) }
        } catch {
            logger.error("journal: \(error)")
        }
        if await guestBook.read().stays[event.reservation] == nil {
            logger.error(
                "fias: reservation \(event.reservation) is not kept, because too many guests are said to be in house: let the hotel system send check-outs (GO)"
            )
        }
        // With the dates that an earlier event told.
        await guests(await guestBook.read().stays[event.reservation] ?? event)
    }

    private func take(_ record: FiasRecord, _ wire: FiasWire) async {
        guard ["KR", "KD", "KM", "KZ"].contains(record.kind) else { return }
        logger.info("fias: \(record.redacted)")
        let (answer, job) = await answer(to: record)
        wire.send(answer)
        logger.info("fias: \(answer.redacted)")
        if status.state != .connected, let job {
            await counter.desk.note("the answer was not delivered: the hotel system was no longer connected", about: job)
        }
    }

    /// KA, or KZ with what is known.
    func answer(to record: FiasRecord) async -> (FiasRecord, JobID?) {
        var reply: (FiasAnswer, fields: [FiasRecord.Field], JobID?)
        if let name = record["KC"], let encoder = await counter.encoder(name) {
            switch record.kind {
            case "KR": reply = await cut(record, on: encoder)
            case "KD": reply = (await checkOut(record, on: encoder), [], nil)
            case "KM": reply = (await change(record, on: encoder), [], nil)
            case "KZ": reply = await whose(record, on: encoder)
            default: reply = (FiasAnswer(.unable, "Not known here"), [], nil)
            }
        } else {
            reply = (FiasAnswer(.unable, "No encoder \(record["KC"] ?? "(KC is missing)") here"), [], nil)
        }
        let echo = ["KC", "WS", "G#"].compactMap { tag in record[tag].map { FiasRecord.Field(tag, $0) } }
        // A question that cannot be answered by a card is answered by KA, like every refusal.
        let kind = record.kind == "KZ" && reply.0.status == .ok ? "KZ" : "KA"
        let answer = FiasRecord(kind, [.init("AS", reply.0.status.rawValue)] + echo + reply.fields).adding("CT", reply.0.text)
        return (answer, reply.2)
    }

    private func cut(_ record: FiasRecord, on encoder: EncoderName) async -> (FiasAnswer, fields: [FiasRecord.Field], JobID?) {
        let request: FiasKeyOrder
        do throws(FiasKeyOrder.Objection) {
            request = try FiasKeyOrder(record, at: Date(), zone: await zone())
        } catch {
            return (FiasAnswer(.unable, error.text), [], nil)
        }
        let (job, outcome) = await counter.cut(request.order, on: encoder)
        guard case .made(let receipts) = outcome else { return (FiasAnswer(outcome, on: encoder), [], job) }
        do throws(JournalFault) {
            try await keys.change { $0.add(request.order, receipts, at: Date()) }
        } catch {
            logger.error("journal: \(error)")
        }
        // The number of one card; of several nobody could tell which.
        let serial = receipts.count == 1 && record["$2"] == nil ? receipts[0].serial : nil
        return (FiasAnswer(.ok, request.leftOut), serial.map { [.init("$2", $0)] } ?? [], job)
    }

    /// A lock system behind the bridge is told. Encoders that only cut cannot take a key back: it ends when it ends, and that is said.
    private func checkOut(_ record: FiasRecord, on encoder: EncoderName) async -> FiasAnswer {
        guard configuration.checkOut == .accept else { return FiasAnswer(.unable, "Cards cannot be taken back from here") }
        guard let room = record["RN"], !room.isEmpty else { return FiasAnswer(.unable, "Room (RN) is missing") }
        let reservation = record["G#"].flatMap { $0.isEmpty ? nil : $0 }
        if case .failure(let fault)? = await counter.tell(.checkOut(room: room, reservation: reservation), to: encoder) {
            return FiasAnswer(notice: fault, to: encoder)
        }
        guard let end = await counter.end(of: room, reservation: reservation, besides: await keys.read(), at: Date()) else {
            return FiasAnswer(.ok, "No valid card of this room is known")
        }
        return FiasAnswer(.ok, "Card ends \(HotelTime(zone: await zone()).spoken(end))")
    }

    /// KM: the cards stay with the guests, so only a lock system that reaches its locks can do it.
    private func change(_ record: FiasRecord, on encoder: EncoderName) async -> FiasAnswer {
        guard let room = record["RN"], !room.isEmpty else { return FiasAnswer(.unable, "Room (RN) is missing") }
        guard let number = record["G#"], !number.isEmpty else { return FiasAnswer(.unable, "Reservation (G#) is missing") }
        let until: Date?
        do throws(FiasKeyOrder.Objection) {
            until = try FiasKeyOrder.end(record, HotelTime(zone: await zone()))
        } catch {
            return FiasAnswer(.unable, error.text)
        }
        let old = record["RO"].flatMap { $0.isEmpty || $0 == room ? nil : $0 }
        let change = KeyChange(room: room, reservationNumber: number, oldRoom: old, validUntil: until)
        switch await counter.tell(.keyChange(change), to: encoder) {
        case .success?: return FiasAnswer(.ok)
        case .failure(let fault)?: return FiasAnswer(notice: fault, to: encoder)
        case nil: return FiasAnswer(.unable, "Moved guests need a new key: cut one")
        }
    }

    /// KZ: the card that is put on is read, and the journal says whose it is.
    private func whose(_ record: FiasRecord, on encoder: EncoderName) async -> (FiasAnswer, fields: [FiasRecord.Field], JobID?) {
        switch await counter.perform(.read, on: encoder) {
        case .failure(let fault): return (FiasAnswer(fault, on: encoder), [], nil)
        case .success(let outcome):
            guard let serial = outcome.card?.uid, let key = await keys.read().key(onCard: serial), let room = key.rooms.first else {
                if let rooms = outcome.reading["rooms"], !rooms.isEmpty {
                    return (FiasAnswer(.ok), [.init("RN", ShortText.ascii(rooms, longest: 40))], nil)
                }
                return (FiasAnswer(.guestNotFound, "This card was not made here"), [], nil)
            }
            let time = HotelTime(zone: await zone())
            let fields: [FiasRecord.Field?] = [
                .init("RN", room), key.reservation.map { .init("G#", $0) }, .init("GD", time.date(key.until)),
                .init("DT", time.text(key.until, "HH:mm")), .init("$2", serial),
                key.rooms.count > 1 ? .init("SI", key.rooms.dropFirst().joined(separator: ";")) : nil,
            ]
            return (FiasAnswer(.ok), fields.compactMap(\.self), nil)
        }
    }
}
