// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging

/// Reports on their way out, one request at a time, in the order of ``OutgoingReports``.
extension MewsConnector {
    /// How many reports are read from the journal at a time, and how many are held in memory.
    private static let handful = 512
    private static let mostHeld = 20_000

    func deliverReports() async {
        for await _ in deliveryBells {
            do throws(JournalFault) {
                while try await deliverNext() {}
            } catch {
                trouble(error.description)
                ring(after: configuration.timing.backoff.longest(3))
            }
        }
    }

    /// - Returns: true if there may be more to do at once.
    private func deliverNext() async throws(JournalFault) -> Bool {
        guard mayDeliver else { return false }
        try await takeUpReports()
        let now = time.uptime()
        switch outgoing.next(at: now) {
        case .nothing: return false
        case .wait(let moment):
            ring(after: moment - now)
            return false
        case .readBack(let ids): return await readBack(ids)
        case .deliver(let id): return try await deliver(id)
        }
    }

    private var mayDeliver: Bool { !Task.isCancelled && credentials != nil && machine.mayCall }

    private func takeUpReports() async throws(JournalFault) {
        while outgoing.count < Self.mostHeld {
            let reports = try await journal.pendingReports(of: .mews, after: outgoing.lastSequence, limit: Self.handful)
            outgoing.add(reports, inDoubt: !hasTakenUpReports, at: time.uptime())
            guard reports.count == Self.handful else { break }
        }
        hasTakenUpReports = true
    }

    /// What the run before may have told Mews already is looked at before it is told again.
    private func readBack(_ ids: [String]) async -> Bool {
        guard let credentials else { return false }
        let result = await call(.byIDs, .byIDs(ids, credentials), as: CommandList.self, use: .endings)
        switch result {
        case .success(let list):
            outgoing.readBack(ids, Dictionary(list.commands.map { ($0.id, $0.state) }, uniquingKeysWith: { first, _ in first }))
            return true
        case .failure(let problem):
            if problem.kind == .unauthorised {
                post(.unauthorised(problem))
                return false
            }
            trouble(problem.sentence)
            outgoing.readBackFailed(ids, problem, at: time.uptime(), random: random())
            return true
        }
    }

    private func deliver(_ id: String) async throws(JournalFault) -> Bool {
        guard let credentials, let waiting = outgoing.delivery(of: id) else { return false }
        let report = waiting.report
        var delivery = waiting.delivery
        let update = CommandUpdate(report)
        let problem: MewsProblem?
        let outcome: Delivery.Outcome
        switch delivery.step {
        case .send, .stepByStep:
            let use: RequestBudget.Use = outgoing.isUrgent(id, at: time.uptime()) ? .endings : .news
            if let wait = budget.wait(use, at: time.uptime()) {
                // Not waited for here: an ending that comes meanwhile goes first.
                ring(after: wait)
                return false
            }
            let result = await call(.update, .update(update, credentials), as: EmptyAnswer.self, use: use)
            problem = told(result)
            outcome = delivery.sent(problem, of: update.state, random: random())
        case .readBack:
            let result = await call(.byIDs, .byIDs([id], credentials), as: CommandList.self, use: .endings)
            problem = told(result)
            let found = result.map { list in list.commands.first { $0.id == id }?.state }
            outcome = delivery.read(found, for: update.state, hasSteps: outgoing.hasSteps(id), random: random())
        case .mark(let note):
            try await finish(report, note)
            return true
        }
        return outgoing.came(outcome, delivery, of: id, problem, at: time.uptime())
    }

    /// The journal first: what it still has is delivered once more after a restart, what it has lost never is.
    private func finish(_ report: Report, _ note: String?) async throws(JournalFault) {
        if let note {
            try await journal.dropReports([report.sequence], note: note)
            trouble("A report on \(report.externalID.prefix(8)) was not taken as it is. \(note)")
            if report.kind == .processed { noteCutAfterwards(report, note) }
        } else {
            try await journal.delivered(report.sequence)
        }
        let overtaken = outgoing.finished(report, wasTaken: note == nil)
        if !overtaken.isEmpty { try await journal.dropReports(overtaken.map(\.sequence), note: nil) }
    }

    /// Tells people, but of a refusal only when it is known what it means: our own cancel is refused where Mews has cancelled itself.
    private func told<Value>(_ result: Result<Value, MewsProblem>) -> MewsProblem? {
        guard case .failure(let problem) = result else { return nil }
        switch problem.kind {
        case .unauthorised: post(.unauthorised(problem))
        case .refused: break
        default: trouble(problem.sentence)
        }
        return problem
    }

    func ring(after pause: Duration) {
        deliveryTimer?.cancel()
        deliveryTimer = Task { [time, deliveryBell] in
            guard (try? await time.sleep(pause)) != nil else { return }
            deliveryBell.yield()
        }
    }
}
