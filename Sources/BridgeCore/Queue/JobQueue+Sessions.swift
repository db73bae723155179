// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Logging

/// The side of the queue that the sessions see.
extension JobQueue: SessionHost {
    public func nextJob(for encoder: EncoderName) async -> Job? {
        // What cannot be kept is not begun.
        guard recovering == nil else { return nil }
        await endOverdue()
        while let entry = desks[encoder]?.waiting.takeNext() {
            guard let job = live[entry.id] else { continue }
            desks[encoder]?.current = entry.id
            desks[encoder]?.taken = entry
            return job
        }
        return nil
    }

    public func record(_ event: JobEvent, of id: JobID) async throws(Fault) {
        let marks = await marks(in: event)
        guard var job = live[id] else { throw Fault(.cancelled) }
        if case .writing = event, cancelWishes.contains(id) { throw Fault(.cancelled) }
        if case .failed(let fault) = event, await isPutBack(job, fault) { return }
        let worded = event.worded(for: job, words, desks[job.encoder]?.status.gesture ?? .put)
        if case .failed(let fault) = worded { say(fault, of: job.encoder) }
        if let remark = JobMachine.step(job, worded, at: time.now(), words: words).flatMap({ lateRemark(on: $0.job, in: words) }) {
            job.remarks.append(remark)
            lateSaid[id] = remark
        }
        guard var step = JobMachine.step(job, worded, at: time.now(), words: words) else { throw Fault(.cancelled) }
        step.trail.note += marks
        if unkept.has(id) {
            // It comes after something that waits itself.
            if event.announces { throw holdUp(id, unkept.fault) }
            wait(step, unkept.fault)
            return
        }
        let before = live[id]
        // Before the journal answers, so that a wish to cancel sees `writing` at once; an end counts only once it is kept.
        if !step.job.state.isFinal { live[id] = step.job }
        let place: Int64?
        do throws(JournalFault) {
            place = try await journal.record(step.job, trail: step.trail, reports: step.reports)
        } catch {
            logger.error("journal: \(error)", metadata: ["job": "\(id)"])
            if event.announces {
                live[id] = before
                throw holdUp(id, error)
            }
            return wait(step, error)
        }
        await settle(step, place: place)
        if place == nil { throw Fault(.cancelled) }
    }

    public func note(_ text: String, about id: JobID) async {
        var entry = TrailEntry(at: time.now(), state: live[id]?.state ?? .failed, note: text)
        do throws(JournalFault) {
            if let state = try await job(id)?.state { entry.state = state }
            try await journal.note(id, entry)
        } catch {
            logger.error("journal: \(error)", metadata: ["job": "\(id)"])
            wait(entry, about: id, error)
        }
    }

    public func lastKey(of encoder: EncoderName) async -> String? {
        do throws(JournalFault) {
            let jobs = try await journal.jobs(JobFilter(encoder: encoder), limit: Self.lastJobs, before: nil)
            // A test leaves no key behind.
            return jobs.first { !$0.receipts.isEmpty && $0.origin != .testCard }?.receipts.last?.serial
        } catch {
            logger.error("journal: \(error)", metadata: ["encoder": "\(encoder)"])
            return nil
        }
    }

    /// Orders that wait or failed may stand before the last that made a key.
    private static var lastJobs: Int { 200 }

    public func wantsCancel(_ id: JobID) -> Bool { cancelWishes.contains(id) }

    public func clock() -> PropertyClock {
        PropertyClock(timeZone: configuredZone ?? learnedZone ?? .current, operatorName: operatorName)
    }

    /// Where the time zone of ``clock()`` comes from, in words behind its name: "by property.timeZone".
    public var zoneSource: String {
        if configuredZone != nil { return "by property.timeZone" }
        return learnedZone != nil ? "as the PMS said" : "this machine's"
    }

    public func changed(_ status: EncoderStatus) async {
        var status = status
        // A session knows no language: what it shows for the clerk is said here, as it was said before if it was.
        if let fault = status.lastFault?.fault {
            let said = desks[status.name]?.said
            status.lastFault?.fault = said == fault ? said ?? fault : fault.worded(words, gesture: status.gesture)
        }
        desks[status.name]?.status = status
        watchGrace(status.name)
        if let whole = encoder(status.name) { await events.publish(.encoder(whole)) }
    }

    /// What a clerk is told of a fault, the encoder's status says too.
    @discardableResult func say(_ fault: Fault, of name: EncoderName) -> Fault {
        desks[name]?.said = fault
        if desks[name]?.status.lastFault?.fault == fault { desks[name]?.status.lastFault?.fault = fault }
        return fault
    }

    func forget(_ job: Job) {
        live[job.id] = nil
        cancelWishes.remove(job.id)
        lateSaid[job.id] = nil
        if late.wishes.removeValue(forKey: job.id.text) != nil { keepLateCancels() }
        heldUp.remove(job.id)
        release(job)
        if let ended = EndedJob(job) { desks[job.encoder]?.ended = ended }
    }

    /// The encoder is free of this job.
    func release(_ job: Job) {
        guard desks[job.encoder]?.current == job.id else { return }
        desks[job.encoder]?.current = nil
        desks[job.encoder]?.taken = nil
    }

    /// Ends jobs that no session has in hand and that have left their line in this moment.
    func end(_ ids: [JobID], _ fault: Fault) async {
        ending.formUnion(ids)
        for id in ids {
            do throws(Fault) {
                try await record(.failed(fault), of: id)
            } catch {
                logger.error("\(error.advice)", metadata: ["job": "\(id)"])
            }
            ending.remove(id)
        }
    }

    // MARK: Orders that wait for an encoder that is not there

    /// Starts or stops the clock that fails waiting orders when their encoder does not come.
    func watchGrace(_ name: EncoderName) {
        guard let desk = desks[name] else { return }
        if desk.isReachable || desk.waiting.isEmpty {
            desk.grace?.cancel()
            desks[name]?.grace = nil
        } else if desk.grace == nil {
            desks[name]?.grace = Task { [grace, time] in
                guard (try? await time.sleep(grace)) != nil else { return }
                await self.graceIsOver(name)
            }
        }
    }

    private func graceIsOver(_ name: EncoderName) async {
        // The encoder may have come back between the end of the sleep and now.
        guard !Task.isCancelled, let desk = desks[name], !desk.isReachable else { return }
        desks[name]?.grace = nil
        let ids = desks[name]?.waiting.removeAll() ?? []
        // The encoder's own last fault says more than "not there", but only if it is the reason now.
        let fault = desk.status.state == .faulted ? desk.status.lastFault?.fault : nil
        await end(ids, Fault(fault?.kind ?? .offline, detail: fault?.detail))
    }
}
