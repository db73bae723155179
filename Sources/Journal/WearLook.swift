// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What the journal says of wear, looked up when somebody asks and not oftener than every ten minutes: it changes over days.
public actor WearLook {
    private static let fresh: TimeInterval = 600
    private let journal: SQLiteJournal
    private let lockMakers: @Sendable () async -> Set<EncoderName>
    private var last: (wear: EncoderWear, at: Date)?

    /// - Parameter lockMakers: encoders whose lock system makes the keys.
    public init(_ journal: SQLiteJournal, lockMakers: @escaping @Sendable () async -> Set<EncoderName>) {
        self.journal = journal
        self.lockMakers = lockMakers
    }

    public func wear(now: Date) async -> EncoderWear {
        if let last, abs(now.timeIntervalSince(last.at)) < Self.fresh { return last.wear }
        // A journal that cannot be read says so itself. No news of wear is not the news that it is over.
        guard let days = try? await journal.wear(since: now - EncoderWear.span, lockMakers: await lockMakers()) else {
            return last?.wear ?? .none
        }
        let wear = EncoderWear(days, now: now)
        last = (wear, now)
        return wear
    }
}
