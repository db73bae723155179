// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Foundation
import Logging
import PortIO
import Synchronization

/// One encoder with a session of its own, for a test of cards: the way that keys go too, without a queue and without a journal.
struct TestBench<Driver: EncoderDriver>: CardBench {
    let driver: Driver
    let port: DetectedPort
    private let host = TestHost()
    private let session: EncoderSession<Driver>
    private let statuses: AsyncStream<EncoderStatus>

    init(_ driver: Driver, _ port: DetectedPort) {
        self.driver = driver
        self.port = port
        let (statuses, report) = AsyncStream<EncoderStatus>.makeStream()
        self.statuses = statuses
        host.report.withLock { $0 = report }
        session = EncoderSession(
            name: "test", driver: driver, match: .device(port.address), ports: LinuxPorts(), host: host,
            logger: Logger(label: "probe", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Opens the port, does the work when the encoder is ready, and gives the port back.
    func whileOpen(_ body: (TestBench) async throws(Fault) -> Void) async throws(Fault) {
        let work = Task { await session.run() }
        let outcome: Result<Void, Fault>
        do throws(Fault) {
            await session.post(.portArrived(port))
            try await ready()
            try await body(self)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        work.cancel()
        await work.value
        try outcome.get()
    }

    private func ready() async throws(Fault) {
        for await status in statuses {
            switch status.state {
            case .ready: return
            case .faulted: throw status.lastFault?.fault ?? Fault(.offline)
            case .absent, .opening, .busy: continue
            }
        }
        throw Fault(.offline)
    }

    func read() async throws(Fault) -> ErrandOutcome { try await session.perform(.read) }
    func erase() async throws(Fault) { _ = try await session.perform(.erase) }

    /// Writes one card and gives its receipt.
    func write(_ image: CardImage) async throws(Fault) -> Receipt {
        let order = KeyOrder(lockIds: ["test"], validFrom: Date(), validUntil: Date() + 60, cardImage: image)
        let job = Job(id: JobID(UUID().uuidString), encoder: "test", order: order, origin: .local, createdAt: Date())
        let outcome = await host.run(job) { await session.nudge() }
        return try outcome.get()
    }
}

/// Gives the session one job at a time and keeps how it ended.
private final class TestHost: SessionHost {
    let report = Mutex<AsyncStream<EncoderStatus>.Continuation?>(nil)
    private let waiting = Mutex<Job?>(nil)
    private let answer = Mutex<CheckedContinuation<Result<Receipt, Fault>, Never>?>(nil)

    func run(_ job: Job, nudge: @escaping @Sendable () async -> Void) async -> Result<Receipt, Fault> {
        await withCheckedContinuation { continuation in
            answer.withLock { $0 = continuation }
            waiting.withLock { $0 = job }
            Task { await nudge() }
        }
    }

    func nextJob(for encoder: EncoderName) async -> Job? {
        waiting.withLock { job in
            defer { job = nil }
            return job
        }
    }

    func record(_ event: JobEvent, of job: JobID) async throws(Fault) {
        switch event {
        case .completed(let receipts):
            end(receipts.first.map { .success($0) } ?? .failure(Fault(.malformedReply, card: .unknown, detail: "no receipt")))
        case .failed(let fault): end(.failure(fault))
        case .waitingForCard, .writing, .verifying, .notTaken, .cardFinished, .remark, .interrupted: return
        }
    }

    private func end(_ outcome: Result<Receipt, Fault>) {
        let waiting = answer.withLock { answer in
            defer { answer = nil }
            return answer
        }
        waiting?.resume(returning: outcome)
    }

    func note(_ text: String, about job: JobID) async {}
    func sighted(_ card: CardPresence, on encoder: EncoderName) async {}
    func sequence(of job: JobID, on encoder: EncoderName) async throws(Fault) -> Int { 0 }
    func wantsCancel(_ job: JobID) async -> Bool { false }
    func clock() async -> PropertyClock { PropertyClock(timeZone: .gmt) }
    func changed(_ status: EncoderStatus) async {
        _ = report.withLock { $0?.yield(status) }
        // A line that is lost while nothing goes over it: a job that waits for it would wait for ever.
        if status.state == .faulted { end(.failure(status.lastFault?.fault ?? Fault(.offline))) }
    }
}
