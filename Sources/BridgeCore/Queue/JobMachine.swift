// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What can happen to a job.
public enum JobEvent: Sendable, Hashable {
    /// A person must put card number `copy` on the encoder.
    case waitingForCard(copy: Int, prompt: String)
    /// The next byte to the encoder may write a card.
    case writing(prompt: String?)
    /// What was written on card number `copy` is being checked. The prompt asks for the card once more, where that takes a person.
    case verifying(copy: Int, prompt: String? = nil)
    /// The encoder said that it did not take the order: nothing was written, the order may be given again.
    case notTaken(Fault)
    /// One card of several is finished.
    case cardFinished(Receipt)
    case remark(Remark)
    /// Every card is finished; the receipts that were not announced before.
    case completed([Receipt])
    case failed(Fault)
    /// The process was away while a card may have been written.
    case interrupted
}

/// A step of a job: how it is now, the line for its trail, and what the PMS must be told. Journalled as one.
public struct JobStep: Sendable, Hashable {
    public var job: Job
    public var trail: TrailEntry
    public var reports: [Report]
}

/// The life of a job as a function: state and event in, step out. No I/O, no clock of its own.
///
///     queued -> waitingForCard -> writing -> verifying -> (next copy ...) -> done
///          \-> cancelled, expired       \-> failed(fault)
public enum JobMachine {
    /// - Parameter words: the hotel's, for what the clerk reads in the PMS.
    /// - Returns: `nil` when the job has ended: final states are never left.
    public static func step(_ job: Job, _ event: JobEvent, at now: Date, words: Words = .english) -> JobStep? {
        guard !job.state.isFinal else { return nil }
        var job = job
        let note: String
        var reports: [Report] = []
        switch event {
        case .waitingForCard(let copy, let prompt):
            job.state = .waitingForCard
            job.prompt = prompt
            note = "waiting for card \(copy) of \(job.order.copies)"
        case .writing(let prompt):
            job.state = .writing
            job.prompt = prompt
            note = "order goes to the encoder"
            reports = [report(job, .processing, progress: progress(job))].compactMap(\.self)
        case .verifying(let copy, let prompt):
            job.state = .verifying
            job.prompt = prompt
            note = "checking card \(copy)"
        case .notTaken(let fault):
            job.state = .queued
            job.prompt = nil
            note = "the encoder did not take the order (\(fault.kind.code)\(fault.detail.map { " " + $0 } ?? ""))"
        case .cardFinished(let receipt):
            add(receipt, to: &job)
            note = "card \(receipt.copy) finished"
            reports = [report(job, .processing, progress: progress(job))].compactMap(\.self)
        case .remark(let remark):
            let text = words(remark)
            job.remarks.append(text)
            note = text
        case .completed(let receipts):
            for receipt in receipts { add(receipt, to: &job) }
            finish(&job, .done, nil, now)
            note = "done"
            reports = [report(job, .processed, text: words.outcome(of: job))].compactMap(\.self)
        case .failed(let fault):
            let state: JobState =
                switch fault.kind {
                case .cancelled: .cancelled
                case .expired: .expired
                default: .failed
                }
            finish(&job, state, fault, now)
            note = "\(fault.kind.code)\(fault.detail.map { ": " + $0 } ?? ""), card \(fault.card.rawValue)"
            reports = [report(job, state == .cancelled ? .cancelled : .failed, text: words.outcome(of: job))].compactMap(\.self)
        case .interrupted:
            finish(&job, .failed, Fault(.interrupted, card: .unknown).worded(words, rooms: job.order.lockIds), now)
            note = "interrupted"
            reports = [report(job, .failed, text: words.outcome(of: job))].compactMap(\.self)
        }
        return JobStep(job: job, trail: TrailEntry(at: now, state: job.state, note: note), reports: reports)
    }

    /// A report for the PMS, if the job came from one.
    public static func report(_ job: Job, _ kind: Report.Kind, progress: Double? = nil, text: String? = nil) -> Report? {
        guard job.origin.isReported, let externalID = job.externalID else { return nil }
        return Report(jobID: job.id, origin: job.origin, externalID: externalID, kind: kind, progress: progress, text: text)
    }

    private static func progress(_ job: Job) -> Double { Double(job.copiesDone) / Double(max(1, job.order.copies)) }

    private static func add(_ receipt: Receipt, to job: inout Job) {
        guard !job.receipts.contains(where: { $0.copy == receipt.copy }) else { return }
        job.receipts.append(receipt)
    }

    private static func finish(_ job: inout Job, _ state: JobState, _ fault: Fault?, _ now: Date) {
        job.state = state
        job.fault = fault
        job.prompt = nil
        job.finishedAt = now
    }
}
