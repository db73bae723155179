// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Foundation
import Logging
import PortIO
import Synchronization
import Transcripts

/// One encoder opened as the daemon opens it, asked one thing, with a recorder on its line.
struct RecordingBench: Sendable {
    /// What is asked once the encoder has said who it is.
    enum Request: Sendable {
        case nothing
        case job(KeyOrder)
        case errand(Errand)
    }

    let recorder: DialogueRecorder
    let port: DetectedPort
    let clock: PropertyClock

    /// - Returns: the fault that the port or the encoder ended it with; `nil` when it did what was asked. Either may be worth recording.
    func record(_ driver: some EncoderDriver, _ request: Request) async -> Fault? {
        let host = RecordingHost(clock: clock)
        let session = EncoderSession(
            name: "record", driver: RecordedDriver(driver, recorder: recorder), match: .device(port.address),
            ports: RecordingPorts(LinuxPorts(), recorder: recorder), host: host,
            logger: Logger(label: "record", factory: { _ in SwiftLogNoOpLogHandler() }))
        let work = Task { await session.run() }
        let fault = await perform(request, on: session, host)
        // The port is given back as it was found before the program ends.
        work.cancel()
        await work.value
        return fault
    }

    private func perform(_ request: Request, on session: some SessionControl, _ host: RecordingHost) async -> Fault? {
        await session.post(.portArrived(port))
        if let fault = await host.firstWord() { return fault }
        switch request {
        case .nothing: return nil
        case .errand(let errand):
            do throws(Fault) {
                _ = try await session.perform(errand)
                return nil
            } catch {
                return error
            }
        case .job(let order):
            host.offer(Job(id: .random(), encoder: "record", order: order, origin: .local, state: .queued, createdAt: Date()))
            await session.nudge()
            return await host.jobsEnd()
        }
    }
}

/// A queue with at most one job, kept nowhere: the session is only there for its line and its rules.
private final class RecordingHost: SessionHost {
    private let propertyClock: PropertyClock
    private let offered = Mutex<Job?>(nil)
    private let statuses = AsyncStream<EncoderStatus>.makeStream()
    private let ends = AsyncStream<Fault?>.makeStream()

    init(clock: PropertyClock) { propertyClock = clock }

    func offer(_ job: Job) { offered.withLock { $0 = job } }

    /// Waits until the encoder is ready; what is in the way otherwise.
    func firstWord() async -> Fault? {
        for await status in statuses.stream {
            switch status.state {
            case .ready: return nil
            case .faulted: return status.lastFault?.fault ?? Fault(.offline)
            case .absent, .opening, .busy: continue
            }
        }
        return Fault(.offline)
    }

    func jobsEnd() async -> Fault? {
        for await end in ends.stream { return end }
        return Fault(.offline)
    }

    func nextJob(for encoder: EncoderName) async -> Job? {
        offered.withLock { job in
            defer { job = nil }
            return job
        }
    }
    func record(_ event: JobEvent, of job: JobID) async throws(Fault) {
        switch event {
        case .completed: ends.continuation.yield(nil)
        case .failed(let fault): ends.continuation.yield(fault)
        case .waitingForCard, .writing, .verifying, .notTaken, .cardFinished, .remark, .interrupted: break
        }
    }
    func changed(_ status: EncoderStatus) async { statuses.continuation.yield(status) }
    func note(_ text: String, about job: JobID) async {}
    func sighted(_ card: CardPresence, on encoder: EncoderName) async {}
    func sequence(of job: JobID, on encoder: EncoderName) async throws(Fault) -> Int { 0 }
    func wantsCancel(_ job: JobID) async -> Bool { false }
    func clock() async -> PropertyClock { propertyClock }
}
