// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Logging

/// Commands on their way in.
extension MewsConnector {
    func take(_ step: IntakeQueue.Step) async {
        await lookAtTheClock()
        lookAtTheTokens()
        do throws(MewsProblem) {
            switch step {
            case .catchUp: try await catchUp()
            case .fetch(let hints): try await fetch(hints)
            }
            intakeTrouble = nil
            post(.intakeDone)
        } catch {
            intakeTrouble = (intakeTrouble?.since ?? time.now(), error.sentence)
            post(.intakeFailed(error))
        }
    }

    /// All that is active, and what the journal has not finished but Mews no longer lists: commands in `Processing` are not listed,
    /// nor are those that were cancelled while nobody listened.
    private func catchUp() async throws(MewsProblem) {
        guard let credentials else { throw .signedOut }
        let active = try await call(.allActive, .plain(credentials), as: CommandList.self).get()
        let listed = Set(active.commands.map(\.id))
        let unlisted = try await asking { () async throws(JournalFault) in try await journal.unfinished() }
            .filter { $0.origin == .mews && withdrawals[$0.id] == nil && !listed.contains($0.externalID ?? "") }
        try await admit(active)
        guard tokensInUse?.form.canReadBack == true else { return try await withdrawUnlisted(unlisted) }
        let ids = unlisted.compactMap(\.externalID)
        var sick: MewsProblem?
        for start in stride(from: 0, to: ids.count, by: IntakeQueue.largestBatch) {
            try await readAgain(Array(ids[start..<min(start + IntakeQueue.largestBatch, ids.count)]), credentials, besides: &sick)
        }
        if let sick { trouble(sick.sentence) }
    }

    /// One that Mews has a fault with must not hold back all others: it is looked for by halves and left for the next catching up. A second
    /// such one is no longer its own trouble.
    private func readAgain(_ ids: [String], _ credentials: Credentials, besides sick: inout MewsProblem?) async throws(MewsProblem) {
        switch await call(.byIDs, .byIDs(ids, credentials), as: CommandList.self) {
        case .success(let list): try await admit(list)
        case .failure(let problem):
            guard problem.mayBeOfOneRequest, problem.wait == nil, ids.count > 1 || sick == nil else { throw problem }
            guard ids.count > 1 else { return sick = problem }
            for half in [ids.prefix(ids.count / 2), ids.dropFirst(ids.count / 2)] {
                try await readAgain(Array(half), credentials, besides: &sick)
            }
        }
    }

    /// In the form of 2015 nothing but the list tells that a command was cancelled: one that Mews knows as received, and that we have
    /// never told to be in work, is listed for as long as it lives.
    private func withdrawUnlisted(_ jobs: [Job]) async throws(MewsProblem) {
        for job in jobs where job.state == .queued || job.state == .waitingForCard {
            guard let id = job.externalID, outgoing.lanes[id] == nil, hasTakenUpReports else { continue }
            let trail = try await asking { () async throws(JournalFault) in try await journal.trail(of: job.id) }
            if !trail.contains(where: { $0.state.mayHaveWritten }) { withdraw(job, .cancelled) }
        }
    }

    /// Of the commands that events spoke of, only those that can concern us are read.
    private func fetch(_ hints: [CommandHint]) async throws(MewsProblem) {
        guard let credentials, tokensInUse?.form.canReadBack == true else { throw .signedOut }
        var wanted: [CommandHint] = []
        for hint in hints {
            if let job = try await known(hint.id) {
                // Our own reports come back as events; only an ending that we did not report is news.
                if hint.state?.isFinal == true, !job.state.isFinal { wanted.append(hint) }
            } else if hint.state?.isFinal != true, hint.state != .processing {
                wanted.append(hint)
            }
        }
        guard !wanted.isEmpty else { return }
        let list = try await call(.byIDs, .byIDs(wanted.map(\.id), credentials), as: CommandList.self).get()
        let found = Set(list.commands.map(\.id))
        // An event may come before its command can be read.
        post(.missing(wanted.filter { !found.contains($0.id) }))
        try await admit(list)
    }

    /// Takes commands to the desk, oldest first. Mews lists the newest first and tells the time to the second: of two commands of one
    /// second the one that is listed later was made earlier.
    private func admit(_ list: CommandList) async throws(MewsProblem) {
        if list.broken > 0 {
            trouble("Mews sent commands without an id (\(list.broken)): nothing can be done with them, tell Mews' support")
        }
        guard !list.commands.isEmpty else { return }
        let zoneRefusal = try await zoneRefusal()
        let encoders = Set(await desk.encoders().map(\.name))
        let commands = list.commands.enumerated().sorted { a, b in
            let (first, second) = (a.element.createdUtc ?? .distantPast, b.element.createdUtc ?? .distantPast)
            return first == second ? a.offset > b.offset : first < second
        }
        var hasMeasured = false
        for (_, command) in commands {
            if let job = try await known(command.id) {
                if command.state.isFinal, !job.state.isFinal { withdraw(job, command.state) }
                continue
            }
            var reading = mapping(encoders, zoneRefusal).read(command)
            if reading.isExpired, !hasMeasured {
                // Before a guest is sent away it is made sure that no clock is to blame.
                hasMeasured = true
                await measureClock()
                reading = mapping(encoders, zoneRefusal).read(command)
            }
            switch reading {
            case .leave(let reason):
                logger.debug("Left a command alone", metadata: ["command": "\(Notes.plain(command.id, upTo: 64))", "reason": "\(reason)"])
            case .order(let request):
                if request.refusal?.cause == .noEncoder { noteUnmapped(request) }
                _ = try await asking { () async throws(JournalFault) in try await desk.submit(request) }
                seenPending.remove(command.id)
            }
        }
    }

    private func mapping(_ encoders: Set<EncoderName>, _ zoneRefusal: String?) -> CommandMapping {
        CommandMapping(
            keyCutters: configuration.keyCutters, unknownKeyCutter: configuration.unknownKeyCutter, staleAfter: configuration.staleAfter,
            encoders: encoders, now: time.now(), skew: clock.ahead(of: time.now(), at: time.uptime()) ?? 0, zoneRefusal: zoneRefusal,
            seenPending: seenPending)
    }

    /// Why no key can be dated. Nothing is ordered before it is known by which clock: the first key of a new bridge must not be dated by
    /// its machine because Mews was slow to answer.
    private func zoneRefusal() async throws(MewsProblem) -> String? {
        guard configuration.timeZone == nil else { return nil }
        guard zone == .unasked else { return zone.refusal }
        let kept = try await asking { () async throws(JournalFault) in try await journal.fact(.timeZone) }
        if kept == nil {
            throw MewsProblem(
                kind: .later(nil),
                sentence: "Mews has not told the property's time zone yet: commands wait until it does, or until property.timeZone is set")
        }
        return nil
    }

    /// The command was closed in Mews (by a user, by the rule of 24 hours) while its job still waits. The core may have to wait for an
    /// encoder before it can say what became of that; other commands do not wait with it.
    private func withdraw(_ job: Job, _ state: CommandState) {
        if let id = job.externalID { outgoing.learn(id, state) }
        guard withdrawals[job.id] == nil else { return }
        withdrawals[job.id] = Task { [desk, time, configuration] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    do throws(JournalFault) {
                        _ = try await desk.cancel(job.id, by: "Mews (the command is \(state.word) there)")
                    } catch {
                        await self.trouble(error.description)
                    }
                }
                group.addTask { try? await time.sleep(configuration.timing.cancelWithin) }  // ends early when the group is cancelled
                await group.next()
                group.cancelAll()
            }
            self.withdrawals[job.id] = nil
        }
    }

    private func known(_ id: String) async throws(MewsProblem) -> Job? {
        try await asking { () async throws(JournalFault) in try await journal.job(origin: .mews, externalID: id) }
    }

    /// A journal that cannot keep or find something stops the intake, not the connector.
    private func asking<Value: Sendable>(_ question: () async throws(JournalFault) -> Value) async throws(MewsProblem) -> Value {
        do throws(JournalFault) {
            return try await question()
        } catch {
            throw MewsProblem(kind: .later(nil), sentence: error.description)
        }
    }
}
