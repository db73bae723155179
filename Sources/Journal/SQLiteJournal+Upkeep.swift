// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

/// What a journal holds at most.
public struct Retention: Sendable, Hashable {
    /// Jobs that ended longer ago are removed, with their trails.
    public var keep: Duration
    /// Beyond this size the oldest go earlier, but never those of the last ``SQLiteJournal/shortestMemory``. In bytes.
    public var largest: Int64

    public init(keep: Duration = .seconds(400 * 86_400), largest: Int64 = 2_000_000_000) {
        self.keep = keep
        self.largest = largest
    }
}

extension SQLiteJournal {
    private static let rounds: Duration = .seconds(6 * 3600)
    /// By so much the wall clock may be corrected in a round without being in doubt.
    private static let tolerance: TimeInterval = 120

    /// Works until its task is cancelled: looks once at every page of a large file, which the start leaves out, and removes what is older
    /// than it must be kept, every six hours. Not at the start, when nobody knows yet whether the clock is right, and not in a round in
    /// which somebody set it.
    public func upkeep(_ retention: Retention, time: Timekeeper = .system) async {
        if !JournalDatabase.isSmall(path) { await lookAtEveryPage() }
        while !Task.isCancelled {
            let (began, wall) = (time.uptime(), time.now())
            guard (try? await time.sleep(Self.rounds)) != nil else { return }
            let (passed, shown) = ((time.uptime() - began) / .seconds(1), time.now().timeIntervalSince(wall))
            if abs(shown - passed) <= Self.tolerance { await prune(retention) }
        }
    }

    func lookAtEveryPage() async {
        do throws(JournalFault) {
            try await readWhole { [path] db in try JournalDatabase.refuseDamage(db, path: path) }
        } catch {
            // Stopped in the middle of it: nothing was found. Only damage is a finding, all else may be over at the next change.
            if !Task.isCancelled { condition.outcome(error) }
        }
    }

    private func prune(_ retention: Retention) async {
        do throws(JournalFault) {
            let age = TimeInterval(retention.keep.components.seconds)
            try await prune(finishedBefore: now().addingTimeInterval(-age))
            // A month at a time until it fits; what is left then must stay.
            var months = 12.0
            while months >= 1, try await size() > retention.largest {
                try await prune(finishedBefore: now().addingTimeInterval(-months * Self.shortestMemory))
                months -= 1
            }
        } catch {
            if error.concernsTheWholeJournal { condition.outcome(error) }
        }
    }

    /// Bytes in use; room of removed jobs is used again by the next ones.
    func size() async throws(JournalFault) -> Int64 {
        try await readAside { db in
            func pragma(_ name: String) throws -> Int64 { try Int64.fetchOne(db, sql: "PRAGMA \(name)") ?? 0 }
            return try (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")
        }
    }
}
