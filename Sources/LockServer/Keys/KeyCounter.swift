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
    /// Until then a card must lie on the encoder: hotel systems wait 30 s, and the answer takes a moment too.
    var patience = Duration.seconds(24)
    /// What an order may take that is being taken back.
    static let takingBack = Duration.seconds(3)
    /// Keys older than this are not looked for.
    private static let longestStay: TimeInterval = 90 * 86_400

    /// The encoder that a name of the partner means; `nil`: there is none.
    func encoder(_ name: String) async -> EncoderName? {
        let meant = encoders[name] ?? EncoderName(name)
        return await desk.encoder(meant) == nil ? nil : meant
    }

    /// Has keys made. Every order is a new one: these protocols never repeat one by themselves.
    func cut(_ order: KeyOrder, on encoder: EncoderName) async -> (job: JobID?, outcome: KeyOutcome) {
        let now = Date()
        let request = JobRequest(
            encoder: encoder, order: order, origin: origin, externalID: nil, createdAt: now,
            expiresAt: now + Double(patience.components.seconds))
        do throws(JournalFault) {
            let job =
                switch try await desk.submit(request) {
                case .accepted(let job), .known(let job): job
                }
            return (job.id, await outcome(of: job.id))
        } catch {
            // Nothing was begun: what the journal does not have is not sent to an encoder.
            return (nil, .failed(Fault(.rejected(reason: "the bridge cannot keep its journal"), detail: error.description)))
        }
    }

    /// The latest end of a room's keys: of those made through this facade, and of all that the journal knows, whichever way they were
    /// ordered. `nil`: none is known to open now.
    func end(of room: String, reservation: String?, besides book: KeyBook, at now: Date) async -> Date? {
        let filter = JobFilter(room: room, reservation: reservation, state: .done, from: now - Self.longestStay)
        var ends = [book.end(of: room, reservation: reservation, at: now)].compactMap(\.self)
        do throws(JournalFault) {
            ends += try await desk.jobs(filter, limit: 200, before: nil).map(\.order).filter { $0.mode != .oneShot }.map(\.validUntil)
                .filter { $0 > now }
        } catch {
            logger.error("journal: \(error)")
        }
        return ends.max()
    }

    /// Reads the card that is put on, or does another errand, within the partner's patience.
    func perform(_ errand: Errand, on encoder: EncoderName) async -> Result<ErrandOutcome, Fault> {
        await Self.first(within: patience, else: .failure(Fault(.timeout, detail: "no card in time"))) {
            do throws(Fault) {
                return .success(try await desk.perform(errand, on: encoder))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Tells the lock system behind an encoder something of keys that it has made. An encoder that has a key to make is waited for: hotel
    /// systems never ask again. `nil`: this one only cuts.
    func tell(_ notice: StayNotice, to encoder: EncoderName) async -> Result<ErrandOutcome, Fault>? {
        guard await desk.encoder(encoder)?.capabilities.contains(notice.kind.capability) == true else { return nil }
        let end = ContinuousClock.now + patience
        return await Self.first(within: patience, else: .failure(Fault(.timeout, detail: "no answer in time"))) {
            while true {
                do throws(Fault) {
                    return .success(try await desk.tell(notice, to: encoder))
                } catch {
                    let isOver = (try? await Task.sleep(for: .milliseconds(500))) == nil || .now > end
                    if error.kind != .busy || isOver { return .failure(error) }
                }
            }
        }
    }

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

    private func outcome(of id: JobID) async -> KeyOutcome {
        do throws(JournalFault) {
            if let job = try await desk.finished(id, within: patience), job.state.isFinal { return Self.outcome(of: job) }
            let before = try await desk.job(id)
            // Taking back may wait for an encoder that says nothing: not longer than the partner waits.
            await Self.first(within: Self.takingBack, else: ()) { _ = try? await desk.cancel(id, by: origin.name) }
            guard let job = try await desk.job(id) else { return .inDoubt }
            guard job.state.isFinal else { return .inDoubt }
            if job.state == .cancelled, job.fault?.card == .untouched {
                return before?.state == .queued ? .keptWaiting : .noCard
            }
            return Self.outcome(of: job)
        } catch {
            logger.error("journal: \(error)", metadata: ["job": "\(id)"])
            return .inDoubt
        }
    }

    private static func outcome(of job: Job) -> KeyOutcome {
        if job.state == .done { return .made(job.receipts) }
        // Some of the keys of one order: which of them is for a person to see.
        if !job.receipts.isEmpty { return .inDoubt }
        return job.fault.map { KeyOutcome($0) } ?? .inDoubt
    }

    /// What comes first: the work's end, or the end of patience. The work goes on either way.
    private static func first<Value: Sendable>(
        within limit: Duration, else otherwise: Value, _ work: @escaping @Sendable () async -> Value
    ) async -> Value {
        let (stream, answer) = AsyncStream<Value>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let working = Task { answer.yield(await work()) }
        let clock = Task {
            try? await Task.sleep(for: limit)
            answer.yield(otherwise)
        }
        defer { clock.cancel() }
        for await value in stream { return value }
        working.cancel()
        return otherwise
    }
}
