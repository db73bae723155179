// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import GRDB
import Synchronization

/// Where the history ends: the place and seal that the next line goes on from. Kept in memory, because reading it back would cost each
/// change a page; set back together with a change that is undone.
final class HistoryHead: Sendable {
    struct Mark: Sendable, Hashable {
        var place: Int64
        var seal: HistorySeal
    }

    private let mark: Mutex<Mark>

    /// Reads the end of the history: of all lines of trails the last, or the last acceptance where that came later.
    init(_ db: Database) throws {
        var mark = Mark(place: 0, seal: .beginning)
        let ends = [
            "SELECT seq, seal FROM trail ORDER BY seq DESC LIMIT 1",
            "SELECT accepted_seq AS seq, accepted_seal AS seal FROM jobs ORDER BY place DESC LIMIT 1",
            "SELECT seq, seal FROM removed ORDER BY seq DESC LIMIT 1",
        ]
        for sql in ends {
            guard let row = try Row.fetchOne(db, sql: sql), let place = row.number("seq"), place > mark.place else { continue }
            mark = Mark(place: place, seal: HistorySeal(bytes: row.bytes("seal")))
        }
        self.mark = Mutex(mark)
    }

    var current: Mark { mark.withLock { $0 } }

    func setBack(to earlier: Mark) { mark.withLock { $0 = earlier } }

    /// Seals the acceptance of a job that was kept before there were seals.
    func add(acceptance row: Row) -> Mark {
        let line = HistoryLine(acceptance: row)
        return add(job: line.job, at: line.at, state: line.state, note: line.note, acceptance: line.acceptance)
    }

    /// Seals a line behind the last one.
    func add(job: String, at: Int64, state: String, note: String, acceptance: HistoryLine.Acceptance? = nil) -> Mark {
        mark.withLock { mark in
            let place = mark.place + 1
            let line = HistoryLine(place: place, job: job, at: at, state: state, note: note, acceptance: acceptance)
            mark = Mark(place: place, seal: mark.seal.next(line))
            return mark
        }
    }
}
