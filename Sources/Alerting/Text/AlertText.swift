// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// An alert in the hotel's language: for who is on duty, who may be no technician.
public struct AlertText: Sendable {
    private let words: Words
    /// The machine's name: who looks after several hotels sees which one it is.
    public let host: String
    private let zone: TimeZone

    public init(_ words: Words, host: String, zone: TimeZone) {
        self.words = words
        self.host = host
        self.zone = zone
    }

    /// One line: what and where.
    public func subject(of alert: Alert) -> String {
        let what = alert.problem.subject.isEmpty ? alert.problem.area.rawValue : "\(alert.problem.area.rawValue) \(alert.problem.subject)"
        return PlainText.clean(words(alert.event == .over ? .alertSubjectOver : .alertSubject, ["host": host, "what": what]))
    }

    /// What to do now. A note asks nothing of who is on duty.
    public func advice(of alert: Alert) -> String {
        if alert.event == .over { return words(.alertOver, ["until": text(alert.cleared ?? alert.at)]) }
        return words(
            alert.problem.weight == .note ? .alertNote : Self.key(alert.problem.area), ["what": PlainText.clean(alert.problem.subject)])
    }

    /// Since when, and whether it comes and goes.
    public func course(of alert: Alert) -> String {
        let since = words(.alertSince, ["since": text(alert.since)])
        switch alert.event {
        case .stands, .over: return since
        case .returned: return "\(since) \(words(.alertReturned))"
        case .reminder: return "\(since) \(words(.alertReminder))"
        }
    }

    /// The body of a message to people.
    public func body(of alert: Alert) -> String {
        [
            advice(of: alert), course(of: alert), "",
            words(.alertTechnician) + " "
                + PlainText.clean("\(alert.problem.area.rawValue) \(alert.problem.subject): \(alert.problem.sentence)"),
        ].joined(separator: "\n")
    }

    private static func key(_ area: HealthProblem.Area) -> WordKey {
        switch area {
        case .configuration, .alerts: .alertSettings
        case .journal, .disk: .alertRecords
        case .clock, .timeZone: .alertClock
        case .endpoint: .alertPage
        case .connector: .alertConnector
        case .keyCutter: .alertKeyCutter
        case .reports: .alertReports
        case .encoder, .wear: .alertEncoder
        case .queue: .alertQueue
        case .lock, .access: .alertCodes
        }
    }

    /// On the hotel's clock: `2026-11-28 07:15`, which is read alike everywhere.
    private func text(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        func two(_ number: Int?) -> String { String(format: "%02d", number ?? 0) }
        return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day)) \(two(parts.hour)):\(two(parts.minute))"
    }
}
