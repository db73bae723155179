// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Journal

/// What the journal says of wear, looked up when somebody asks and not oftener than every ten minutes: it changes over days.
actor WearLook {
    private static let fresh: TimeInterval = 600
    private let journal: SQLiteJournal
    private var last: (wear: EncoderWear, at: Date)?

    init(_ journal: SQLiteJournal) { self.journal = journal }

    func wear(now: Date) async -> EncoderWear {
        if let last, abs(now.timeIntervalSince(last.at)) < Self.fresh { return last.wear }
        // A journal that cannot be read says so itself.
        let days = (try? await journal.wear(since: now - EncoderWear.span)) ?? []
        let wear = EncoderWear(days, now: now)
        last = (wear, now)
        return wear
    }
}
