// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// All that the page shows, at one moment.
public struct DeskFacts: Sendable {
    public var encoders: [EncoderStatus]
    public var connectors: [ConnectorStatus]
    public var problems: [HealthProblem]
    public var waiting: [WaitingJob]
    /// The last job of each encoder that ended.
    public var ended: [EndedJob]
    /// Keys that were cut by hand on this page, the newest first, for the hand-over to the PMS.
    public var byHand: [EndedJob]
    public var undeliveredReports: Int
    /// Door codes, where the site has any.
    public var access: AccessStatus?
    /// What went over the lines last, the oldest first.
    public var frames: [EncoderName: [LineFrame]]
    /// Why an encoder has no test of cards; the others have.
    public var withoutTestCard: [EncoderName: String]
    /// The hotel's.
    public var zone: TimeZone
    public var now: Date

    public init(
        encoders: [EncoderStatus], connectors: [ConnectorStatus] = [], problems: [HealthProblem] = [], waiting: [WaitingJob] = [],
        ended: [EndedJob] = [], byHand: [EndedJob] = [], undeliveredReports: Int = 0, access: AccessStatus? = nil,
        frames: [EncoderName: [LineFrame]] = [:], withoutTestCard: [EncoderName: String] = [:], zone: TimeZone, now: Date
    ) {
        self.encoders = encoders
        self.connectors = connectors
        self.problems = problems
        self.waiting = waiting
        self.ended = ended
        self.byHand = byHand
        self.undeliveredReports = undeliveredReports
        self.access = access
        self.frames = frames
        self.withoutTestCard = withoutTestCard
        self.zone = zone
        self.now = now
    }

    /// `2026-11-27T14:05`, on the hotel's clock.
    var fieldTime: String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: now)
        func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day))T\(two(parts.hour)):\(two(parts.minute))"
    }

    /// `14:05` or, on another day, `26 Nov 14:05`, on the hotel's clock.
    func time(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        let clock = "\(two(parts.hour)):\(two(parts.minute))"
        if calendar.isDate(date, inSameDayAs: now) { return clock }
        return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day)) \(clock)"
    }

    /// `14:05:09.250`, on the hotel's clock.
    func fineTime(_ date: Date) -> String {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: zone).time(includingFractionalSeconds: true)
        return String(date.formatted(style).prefix(12))
    }
}
