// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Logging
import Ports
import Synchronization
import TestKit

@testable import Simulators

/// One order on one encoder that does one thing wrong, from the order to its end, by queue, session and driver as the daemon has them, in
/// virtual time.
struct MatrixCell: Sendable {
    var title: String
    var fault: SimulatedFault
    /// `nil`: the job has not ended within five minutes.
    var job: JobDocument?
    var hadPrompt: Bool
    /// What the encoder has made, whatever the bridge says of it.
    var cardsMade: Int
    /// From the prompt to the end; from the order where there was none.
    var took: Duration

    private struct Moments: Sendable {
        var prompt: Duration?
        var end: Duration?
        var job: JobDocument?
    }

    static func play(_ family: MatrixFamily, _ fault: SimulatedFault) async throws -> MatrixCell {
        let driver = try DriverCatalog.make(name: family.driver, settings: DriverSettings(family.settings))
        return try await play(family, fault, driver)
    }

    private static func play<Driver: EncoderDriver>(_ family: MatrixFamily, _ fault: SimulatedFault, _ driver: Driver) async throws
        -> MatrixCell
    {
        var options = SimulatorOptions()
        options.faults = [fault: .always]
        options.cardKinds = [.classic1K]
        let time = VirtualTime(quiet: 120)
        let machine = MachinePorts(
            try family.machine(options), kind: family.kind, latency: family.isLinked ? .milliseconds(200) : .zero, time: time)
        let linked = family.isLinked ? LinkedPorts(machine, time: time) : nil
        let ports: any PortSystem = linked ?? machine
        let logger = Logger(label: "matrix") { _ in SwiftLogNoOpLogHandler() }
        let match = PortMatch.device("/dev/ttySIM0")
        let manifest = Driver.manifest
        let status = EncoderStatus(
            name: "front-desk", state: .absent, driver: manifest.name, kind: manifest.kind, port: PortStatus(match: match.description),
            capabilities: manifest.capabilities, gesture: manifest.gesture)
        let queue = JobQueue(
            encoders: [status], journal: MemoryJournal(), timeZone: TimeZone(identifier: "Europe/Prague"), logger: logger, time: time.keeper
        )
        let session = EncoderSession(
            name: "front-desk", driver: driver, match: match, ports: ports, host: queue, logger: logger, time: time.keeper)
        await queue.attach(session)
        let moments = Mutex(Moments())
        let heard = await queue.events.subscribe()
        let listener = Task {
            for await numbered in heard.events {
                guard case .job(let job) = numbered.event else { continue }
                moments.withLock { moments in
                    if job.state == .waitingForCard || job.prompt != nil, moments.prompt == nil { moments.prompt = time.uptime }
                    if job.state.isFinal, moments.end == nil { (moments.end, moments.job) = (time.uptime, job) }
                }
                time.touch()
            }
        }
        let supervisor = Supervisor(sessions: [session], matches: ["front-desk": match], ports: ports, logger: logger)
        let work = Task { await supervisor.run() }
        machine.plug()
        // As at a desk: the encoder has been on for a while when somebody orders.
        _ = await time.pass(.seconds(15)) { await queue.encoder("front-desk")?.state == .ready }
        let start = time.uptime
        let order = KeyOrder(
            lockIds: ["101"], validFrom: time.now, validUntil: time.now + 86_400, copies: fault == .sameCard ? 2 : 1,
            cardImage: family.image)
        let request = JobRequest(encoder: "front-desk", order: order, origin: .mews, externalID: "1", createdAt: time.now)
        _ = try await queue.submit(request)
        _ = await time.pass(.seconds(300)) { moments.withLock { $0.end != nil } }
        let seen = moments.withLock { $0 }
        work.cancel()
        listener.cancel()
        // Time stands still from here on, so nobody waits for the session's end: what it reads breaks off instead.
        linked?.end()
        machine.end()
        return MatrixCell(
            title: family.title, fault: fault, job: seen.job, hadPrompt: seen.prompt != nil, cardsMade: machine.cardsMade,
            took: (seen.end ?? time.uptime) - (seen.prompt ?? start))
    }
}
