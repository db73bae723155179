// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Logging

/// Commands on their way in.
extension MewsConnector {
    func take(_ step: IntakeQueue.Step) async {
        do throws(Problem) {
            switch step {
            case .catchUp: try await catchUp()
            case .fetch(let hints): try await fetch(hints)
            }
            post(.intakeDone)
        } catch {
            post(.intakeFailed(error))
        }
    }

    /// All that is active, and what the journal has not finished but Mews no longer lists: commands in `Processing` are not listed,
    /// nor are those that were cancelled while nobody listened.
    private func catchUp() async throws(Problem) {
        guard let credentials else { throw .signedOut }
        let active = try await call(.allActive, .plain(credentials), as: CommandList.self).get()
        let listed = Set(active.commands.map(\.id))
        let unfinished = try await asking { () async throws(JournalFault) in try await journal.unfinished() }
            .filter { $0.origin == .mews }.compactMap(\.externalID).filter { !listed.contains($0) }
        try await admit(active)
        for start in stride(from: 0, to: unfinished.count, by: IntakeQueue.largestBatch) {
            let ids = Array(unfinished[start..<min(start + IntakeQueue.largestBatch, unfinished.count)])
            try await admit(call(.byIDs, .byIDs(ids, credentials), as: CommandList.self).get())
        }
    }

    /// Of the commands that events spoke of, only those that can concern us are read.
    private func fetch(_ hints: [CommandHint]) async throws(Problem) {
        guard let credentials else { throw .signedOut }
        var ids: [String] = []
        for hint in hints {
            if let job = try await known(hint.id) {
                // Our own reports come back as events; only an ending that we did not report is news.
                if hint.state?.isFinal == true, !job.state.isFinal { ids.append(hint.id) }
            } else if hint.state?.isFinal != true, hint.state != .processing {
                ids.append(hint.id)
            }
        }
        guard !ids.isEmpty else { return }
        try await admit(call(.byIDs, .byIDs(ids, credentials), as: CommandList.self).get())
    }

    /// Takes commands to the desk, oldest first. Mews lists the newest first and tells the time to the second: of two commands of one
    /// second the one that is listed later was made earlier.
    private func admit(_ list: CommandList) async throws(Problem) {
        if list.broken > 0 {
            trouble(
                "Mews sent commands without an id (\(list.broken)): nothing can be done with them, tell Mews' support"
            )
        }
        guard !list.commands.isEmpty else { return }
        let encoders = Set(await desk.encoders().map(\.name))
        let commands = list.commands.enumerated().sorted { a, b in
            let (first, second) = (a.element.createdUtc ?? .distantPast, b.element.createdUtc ?? .distantPast)
            return first == second ? a.offset > b.offset : first < second
        }
        for (_, command) in commands {
            if let job = try await known(command.id) {
                if command.state.isFinal, !job.state.isFinal { try await withdraw(job, command.state) }
                continue
            }
            let mapping = CommandMapping(
                keyCutters: configuration.keyCutters, unknownKeyCutter: configuration.unknownKeyCutter,
                staleAfter: configuration.staleAfter, encoders: encoders, now: time.now(), skew: skew ?? 0)
            switch mapping.read(command) {
            case .leave(let reason):
                logger.debug("Left a command alone", metadata: ["command": "\(Notes.plain(command.id, upTo: 64))", "reason": "\(reason)"])
            case .order(let request):
                _ = try await asking { () async throws(JournalFault) in try await desk.submit(request) }
            }
        }
    }

    /// The command was closed in Mews (by a user, by the rule of 24 hours) while its job still waits.
    private func withdraw(_ job: Job, _ state: CommandState) async throws(Problem) {
        _ = try await asking { () async throws(JournalFault) in
            try await desk.cancel(job.id, by: "Mews (the command is \(state.word) there)")
        }
    }

    private func known(_ id: String) async throws(Problem) -> Job? {
        try await asking { () async throws(JournalFault) in try await journal.job(origin: .mews, externalID: id) }
    }

    /// A journal that cannot keep or find something stops the intake, not the connector.
    private func asking<Value: Sendable>(_ question: () async throws(JournalFault) -> Value) async throws(Problem) -> Value {
        do throws(JournalFault) {
            return try await question()
        } catch {
            throw Problem(kind: .later(nil), sentence: error.description)
        }
    }
}
