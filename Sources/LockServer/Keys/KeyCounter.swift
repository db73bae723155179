// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Logging

/// How a facade has keys made: through the queue, like every way in, and never longer than its hotel system waits.
struct KeyCounter: Sendable {
    let desk: any JobDesk
    let origin: JobOrigin
    /// The partner's names of encoders; a name that is not here means the encoder of the same name.
    let encoders: [String: EncoderName]
    let logger: Logger
    /// Shared by all facades.
    let turns: Turns
    /// Until then a card must lie on the encoder: hotel systems wait 30 s, and the answer takes a moment too.
    var patience = Duration.seconds(24)
    /// What an order may take that is being taken back.
    var takingBack = Duration.seconds(3)
    /// What the journal may take to say what became of it.
    var lookingUp = Duration.milliseconds(500)

    /// The encoder that a name of the partner means; `nil`: there is none.
    func encoder(_ name: String) async -> EncoderName? {
        let meant = meant(name)
        return await desk.encoder(meant) == nil ? nil : meant
    }

    func meant(_ name: String) -> EncoderName { encoders[name] ?? EncoderName(name) }

    /// A place for something that is asked now. Whoever takes it passes it on.
    func arrive(at encoder: EncoderName?, rooms: [String]) -> Arrival {
        arrive([Turns.Matter(encoder: encoder, rooms: Set(rooms))])[0]
    }

    func arrive(_ matters: [Turns.Matter]) -> [Arrival] { turns.arrive(matters, until: .now + patience) }

    /// Has keys made. Every order is a new one: these protocols never repeat one by themselves.
    func cut(_ order: KeyOrder, on encoder: EncoderName, _ arrival: Arrival) async -> (job: JobID?, outcome: KeyOutcome) {
        defer { arrival.pass() }
        guard await arrival.isNext() else { return (nil, .keptWaiting) }
        let (now, end) = (Date(), arrival.end)
        let request = JobRequest(
            encoder: encoder, order: order, origin: origin, externalID: nil, createdAt: now, expiresAt: now + (end - .now) / .seconds(1))
        let submitted = await submit(request, by: end)
        // The queue keeps its place from here on.
        arrival.pass()
        switch submitted {
        case .success(let id)?: return (id, await outcome(of: id, by: end))
        // Nothing was begun: what the journal does not have is not sent to an encoder.
        case .failure(let fault)?:
            return (nil, .failed(Fault(.rejected(reason: "the bridge cannot keep its journal"), detail: fault.description)))
        // Perhaps it will be kept yet.
        case nil: return (nil, .inDoubt)
        }
    }

    /// Reads the card that is put on, or does another errand, within the partner's patience.
    func perform(_ errand: Errand, on encoder: EncoderName, _ arrival: Arrival) async -> Result<ErrandOutcome, Fault> {
        defer { arrival.pass() }
        guard await arrival.isNext() else { return .failure(Self.keptWaiting) }
        let (desk, end) = (desk, arrival.end)
        let outcome: Result<ErrandOutcome, Fault>? = await waiting(
            for: {
                do throws(Fault) { return .success(try await desk.perform(errand, on: encoder)) } catch { return .failure(error) }
            }, unless: { try await Task.sleep(until: end, clock: .continuous) }, givesUpWhenCancelled: true)
        return outcome ?? .failure(Fault(.timeout, detail: "no card in time"))
    }

    /// Tells the lock system behind an encoder something of keys that it has made. An encoder that has a key to make is waited for: hotel
    /// systems never ask again. What came later waits until it is told. `nil`: this one only cuts.
    func tell(_ notice: StayNotice, to encoder: EncoderName, _ arrival: Arrival) async -> Result<ErrandOutcome, Fault>? {
        defer { arrival.pass() }
        guard await desk.encoder(encoder)?.capabilities.contains(notice.kind.capability) == true else { return nil }
        guard await arrival.isNext() else { return .failure(Self.keptWaiting) }
        let (desk, end) = (desk, arrival.end)
        let outcome: Result<ErrandOutcome, Fault>? = await waiting(
            for: {
                while true {
                    do throws(Fault) {
                        return .success(try await desk.tell(notice, to: encoder))
                    } catch {
                        let isOver = (try? await Task.sleep(for: .milliseconds(500))) == nil || .now > end
                        if error.kind != .busy || isOver { return .failure(error) }
                    }
                }
            }, unless: { try await Task.sleep(until: end, clock: .continuous) }, givesUpWhenCancelled: true)
        return outcome ?? .failure(Fault(.timeout, detail: "no answer in time"))
    }

    private static var keptWaiting: Fault { Fault(.busy, detail: "something that was asked before is in hand") }

    /// One encoder of each lock system that can be told something; those of the partner where it has names for some.
    func lockSystems(_ capability: EncoderCapability) async -> [EncoderName] {
        let named = Set(encoders.values)
        var found: [String: EncoderName] = [:]
        for status in await desk.encoders() where status.capabilities.contains(capability) && (named.isEmpty || named.contains(status.name))
        {
            found[status.port.match] = found[status.port.match] ?? status.name
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    /// `nil`: the desk does not say whether it has the order.
    private func submit(_ request: JobRequest, by end: ContinuousClock.Instant) async -> Result<JobID, JournalFault>? {
        let (desk, partner) = (desk, origin.name)
        return await waiting(
            for: {
                do throws(JournalFault) {
                    let id =
                        switch try await desk.submit(request) {
                        case .accepted(let job), .known(let job): job.id
                        }
                    // Nobody waits for a card of it any more.
                    if .now >= end { _ = try await desk.cancel(id, by: partner) }
                    return .success(id)
                } catch {
                    return .failure(error)
                }
            }, unless: { try await Task.sleep(until: end, clock: .continuous) }, givesUpWhenCancelled: true)
    }

    private func outcome(of id: JobID, by end: ContinuousClock.Instant) async -> KeyOutcome {
        let (desk, partner) = (desk, origin.name)
        // Gives up when the bridge stops: what has not begun is taken back then too, and the partner is told the truth.
        let ended = await look(until: end + lookingUp, givesUpWhenCancelled: true) { () async throws(JournalFault) in
            try await desk.finished(id, within: max(.zero, end - .now))
        }
        if let ended, ended.state.isFinal { return Self.outcome(of: ended) }
        func job() async -> Job? {
            await look(until: .now + lookingUp) { () async throws(JournalFault) in try await desk.job(id) }
        }
        let before = if let ended { ended } else { await job() }
        // Taking back may wait for an encoder that says nothing: not longer than the partner waits.
        let last = ContinuousClock.now + takingBack
        _ = await waiting(
            for: { _ = try? await desk.cancel(id, by: partner) }, unless: { try await Task.sleep(until: last, clock: .continuous) })
        guard let job = await job(), job.state.isFinal else { return .inDoubt }
        if job.state == .cancelled, job.fault?.card == .untouched { return before?.state == .queued ? .keptWaiting : .noCard }
        return Self.outcome(of: job)
    }

    /// What the journal says of a job by then; `nil`: nothing.
    private func look(
        until end: ContinuousClock.Instant, givesUpWhenCancelled: Bool = false,
        _ question: @escaping @Sendable () async throws(JournalFault) -> Job?
    ) async -> Job? {
        let logger = logger
        let job: Job?? = await waiting(
            for: {
                do throws(JournalFault) {
                    return try await question()
                } catch {
                    logger.error("journal: \(error)")
                    return nil
                }
            }, unless: { try await Task.sleep(until: end, clock: .continuous) }, givesUpWhenCancelled: givesUpWhenCancelled)
        return job ?? nil
    }

    private static func outcome(of job: Job) -> KeyOutcome {
        if job.state == .done { return .made(job.receipts) }
        // Some of the keys of one order: which of them is for a person to see.
        if !job.receipts.isEmpty { return .inDoubt }
        return job.fault.map { KeyOutcome($0) } ?? .inDoubt
    }
}
