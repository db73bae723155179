// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import GRDB

extension SQLiteJournal {
    /// No hotel cuts more in a week on one machine; what is older than the newest so many says nothing of wear.
    private static let mostRows = 50_000

    /// How the keys came out that ended since then, by encoder and day. Read aside and from the newest on, so that it costs what a week
    /// of keys costs however long the journal is.
    /// - Parameter lockMakers: encoders whose lock system makes the keys.
    public func wear(since: Date, lockMakers: Set<EncoderName> = []) async throws(JournalFault) -> [WearDay] {
        let (first, most) = (since.milliseconds, Self.mostRows)
        return try await readAside { db in
            var days: [Place: WearDay] = [:]
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT encoder, state, fault_json, accepted_at, finished_at,
                        CASE WHEN json_valid(receipts_json) THEN json_array_length(receipts_json) ELSE 0 END AS cards
                    FROM jobs WHERE final = 1 AND origin <> ? ORDER BY place DESC LIMIT ?
                    """, arguments: [JobOrigin.testCard.name, most])
            while let row = try rows.next() {
                guard let ended = row.number("finished_at"), let name = row.text("encoder") else { continue }
                // Accepted a day before the time that is asked for: it ended before it, and so did all behind it.
                if let accepted = row.number("accepted_at"), accepted < first - 86_400_000 { break }
                guard ended >= first else { continue }
                let isBad = Self.isWear(row, on: lockMakers.contains(EncoderName(name)) ? .lockMaker : .raw)
                let place = Place(encoder: name, day: ended / 86_400_000)
                var day =
                    days[place]
                    ?? WearDay(
                        encoder: EncoderName(name), day: Date(timeIntervalSince1970: TimeInterval(place.day * 86_400)), keys: 0,
                        secondTries: 0)
                day.keys += Int(clamping: row.number("cards") ?? 0) + (isBad ? 1 : 0)
                day.secondTries += isBad ? 1 : 0
                days[place] = day
            }
            return days.values.filter { $0.keys > 0 }.sorted { ($0.day, $0.encoder.text) < ($1.day, $1.encoder.text) }
        }
    }

    private struct Place: Hashable {
        var encoder: String
        var day: Int64
    }

    /// A row that cannot be read is one job's trouble and no wear.
    private static func isWear(_ row: Row, on kind: EncoderKind) -> Bool {
        guard row.text("state") == JobState.failed.rawValue, let text = row.text("fault_json"),
            let fault = try? JSONDecoder().decode(Fault.self, from: Data(text.utf8))
        else { return false }
        return fault.kind.speaksOfWear(on: kind)
    }
}
