// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How the keys of one encoder came out on one day.
public struct WearDay: Sendable, Hashable {
    public var encoder: EncoderName
    /// The first instant of the day, UTC.
    public var day: Date
    /// Cards that were made, and cards that were begun and did not come out.
    public var keys: Int
    /// Those that did not come out: somebody had to try again.
    public var secondTries: Int

    public init(encoder: EncoderName, day: Date, keys: Int, secondTries: Int) {
        self.encoder = encoder
        self.day = day
        self.keys = keys
        self.secondTries = secondTries
    }
}

/// Whether an encoder wears out, as a value made from the days of a week: heads and contacts get worse for weeks before they fail, and
/// until then a second try helps, so that nobody reports it.
public struct EncoderWear: Sendable, Hashable {
    /// How the keys of one encoder came out in the whole week.
    public struct Week: Sendable, Hashable {
        public var keys: Int
        public var secondTries: Int
    }

    /// The time that is looked at: long enough for a quiet desk to make keys, short enough to show what a cleaning has changed.
    public static let span: TimeInterval = 7 * 86_400
    /// Three cards of a hundred, and three at least. A sound encoder, with one bad card in two hundred, gets there by chance in one week of
    /// seventy when it makes a hundred keys a week, and hardly ever when it makes more; fewer than three are a bad card and no wear.
    static let leastShare = 0.03
    static let leastTries = 3

    public let encoders: [EncoderName: Week]
    /// Nothing is known.
    public static let none = EncoderWear([], now: .distantPast)

    /// - Parameter now: days that ended before the week that ends now are not looked at.
    public init(_ days: [WearDay], now: Date) {
        var sums: [EncoderName: Week] = [:]
        for day in days where day.day + 86_400 > now - Self.span && day.day <= now {
            let sum = sums[day.encoder] ?? Week(keys: 0, secondTries: 0)
            sums[day.encoder] = Week(keys: sum.keys + day.keys, secondTries: sum.secondTries + day.secondTries)
        }
        encoders = sums
    }

    /// A note for the technician: no clerk meets trouble yet.
    /// - Parameter known: the encoders of the configuration.
    public func problems(of known: [EncoderName]) -> [HealthProblem] {
        known.compactMap { name in
            guard let week = encoders[name], week.secondTries >= Self.leastTries,
                Double(week.secondTries) >= Double(week.keys) * Self.leastShare
            else { return nil }
            return HealthProblem(
                .wear, subject: name.text, weight: .note,
                "\(week.secondTries) of \(week.keys) keys needed a second try this week: clean it and try cards of another box; if that does not "
                    + "help, replace it soon")
        }
    }
}

extension FaultKind {
    /// What a worn head, contact or cable does to a card that was begun. What people do (no card, taken away early), what the lock system
    /// refuses and what pulls the plug is none of it.
    public func speaksOfWear(on kind: EncoderKind) -> Bool {
        switch self {
        case .notWritable, .verifyFailed: true
        // A lock maker's encoder is late, or unclear, also when its lock system is, or when nobody puts a card on.
        case .malformedReply, .timeout: kind == .raw
        default: false
        }
    }
}
