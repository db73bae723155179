// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One thing that is wrong and that a clerk will meet or a technician must mend: a row of `status`, of `GET /v1/status` and, once, of the log.
public struct HealthProblem: Sendable, Codable, Hashable {
    /// What it is about. The order of the cases is the order of the rows.
    public enum Area: String, Sendable, Codable, CaseIterable {
        case configuration, journal, disk, clock, timeZone, endpoint, connector, keyCutter, reports, encoder, wear, queue, lock, access,
            alerts
    }

    public enum Weight: String, Sendable, Codable {
        /// A clerk meets trouble: `status` exits with 1.
        case trouble
        /// Good to know; nothing must be done now.
        case note
    }

    public var area: Area
    public var weight: Weight
    /// Which one of its area: an encoder's name, `mews`, a key cutter's id, `bridge.yaml:7:5`; empty where there is only one.
    public var subject: String
    /// One sentence for the technician: what is wrong and what to do. Never a secret, never a guest's data.
    public var sentence: String
    public var since: Date?

    public init(_ area: Area, subject: String = "", since: Date? = nil, weight: Weight = .trouble, _ sentence: String) {
        self.area = area
        self.weight = weight
        self.subject = subject
        self.sentence = sentence
        self.since = since
    }

    /// The same problem seen again, with other figures in its sentence, is no news: what the log goes by.
    public var identity: String { "\(area.rawValue) \(subject)" }
}

/// A part of the bridge that knows of problems of its own: journal, queue, connector. Asked whenever somebody asks for the status, so it
/// answers from what it knows already and waits for nothing.
public protocol HealthReporting: Sendable {
    func healthProblems() async -> [HealthProblem]
}
