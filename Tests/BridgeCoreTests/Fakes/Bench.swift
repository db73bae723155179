// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Foundation
import Logging
import Ports
import Synchronization
import TestKit
import Testing

/// A queue, one encoder with a toy driver, and a journal in memory, wired as the daemon wires them.
struct Bench {
    static let port = DetectedPort(incarnation: .init("1"), kind: .tty, address: "/dev/ttyTOY0")
    let journal: MemoryJournal
    let ports: FakePorts
    let queue: JobQueue
    let session: any SessionControl
    let work: Task<Void, Never>

    /// - Parameter recovers: takes up what the journal holds before a port is there, as the daemon does.
    init<Driver: EncoderDriver>(
        driver: Driver = ToyDriver(), plugged: Bool = true, grace: Duration = .seconds(60), journal: MemoryJournal = MemoryJournal(),
        layout: (any CardPrinting)? = nil, logger: Logger = .silent, recovers: Bool = false,
        time: Timekeeper = .system, patience: Patience = .hasty, device: @escaping FakePort.Device
    ) async {
        self.journal = journal
        ports = FakePorts(time: time, device: device)
        let status = EncoderStatus(
            name: "desk", state: .absent, driver: Driver.manifest.name, kind: Driver.manifest.kind,
            port: PortStatus(match: "device /dev/ttyTOY0"), capabilities: Driver.manifest.capabilities)
        queue = JobQueue(encoders: [status], journal: journal, timeZone: nil, grace: grace, logger: logger, time: time)
        let session = EncoderSession(
            name: "desk", driver: driver, match: .device("/dev/ttyTOY0"), ports: ports, host: queue, layout: layout,
            logger: logger, time: time, patience: patience)
        self.session = session
        await queue.attach(session)
        if recovers { _ = try? await queue.recover() }
        let supervisor = Supervisor(sessions: [session], matches: ["desk": .device("/dev/ttyTOY0")], ports: ports, logger: logger)
        work = Task { await supervisor.run() }
        if plugged { ports.plug(Self.port) }
    }

    func order(
        _ externalID: String = UUID().uuidString, copies: Int = 1, image: CardImage? = nil, expiresAt: Date? = nil
    ) -> JobRequest {
        JobRequest(
            encoder: "desk",
            order: KeyOrder(lockIds: ["101"], validFrom: .now, validUntil: .now + 3600, copies: copies, cardImage: image), origin: .mews,
            externalID: externalID, createdAt: .now, expiresAt: expiresAt)
    }

    /// Orders a key and does not wait for it.
    func submit(copies: Int = 1, image: CardImage? = nil) async throws -> JobID {
        guard case .accepted(let job) = try await queue.submit(order(copies: copies, image: image)) else {
            throw JournalFault("not a new order")
        }
        return job.id
    }

    func outcome(of id: JobID) async throws -> Job { try #require(try await queue.finished(id, within: .seconds(120))) }

    /// Orders a key and waits for its end.
    func cut(_ externalID: String = UUID().uuidString, copies: Int = 1, image: CardImage? = nil) async throws -> Job {
        guard case .accepted(let job) = try await queue.submit(order(externalID, copies: copies, image: image)) else {
            throw JournalFault("not a new order")
        }
        return try await outcome(of: job.id)
    }

    /// Waits until the encoder is in this state.
    func reaches(_ state: EncoderState) async -> Bool {
        let subscription = await queue.events.subscribe()
        if await queue.encoder("desk")?.state == state { return true }
        return await first(within: .seconds(120)) {
            for await numbered in subscription.events {
                if case .encoder(let status) = numbered.event, status.state == state { return true }
            }
            return false
        }
    }

    /// Waits until a job is in this state.
    func job(_ id: JobID, reaches state: JobState) async -> Bool {
        let subscription = await queue.events.subscribe()
        if (try? await queue.job(id))?.state == state { return true }
        return await first(within: .seconds(120)) {
            for await numbered in subscription.events {
                if case .job(let job) = numbered.event, job.id == id, job.state == state { return true }
            }
            return false
        }
    }

    private func first(within limit: Duration, _ body: @escaping @Sendable () async -> Bool) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}

extension Patience {
    /// As in production, without the waits that only time.
    static let hasty = Patience(busyPause: .milliseconds(20), afterDamage: .milliseconds(100))
}

extension Logger {
    /// Says nothing short of a catastrophe.
    static var silent: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }
}

/// What a device saw and counts, shared with the test.
final class Log: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    func add(_ more: [UInt8]) { bytes.withLock { $0 += more } }
    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
    func count(_ letter: Character) -> Int { text.filter { $0 == letter }.count }
}
