// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A connector as `status` and `status --json` show it.
public struct ConnectorStatus: Sendable, Codable, Hashable {
    public enum State: String, Sendable, Codable, CaseIterable {
        case connecting, connected
        /// Nothing goes out until a person has acted; the reason says how.
        case stopped
    }

    /// The connector's name, which is also the origin of its jobs: `mews`.
    public var name: String
    public var state: State
    /// Why it is stopped: one sentence with what to do.
    public var reason: String?
    /// When this state began.
    public var since: Date
    /// Reports that wait to be delivered; `nil` when the journal cannot say.
    public var outbox: Int?
    /// When the oldest report that waits was taken up; `nil` when none waits.
    public var oldestReportAt: Date?
    /// How far the PMS' clock is ahead of this machine's, in seconds; `nil` until it is known.
    public var clockSkew: Double?
    public var property: String?
    /// IANA name, as the PMS says.
    public var timeZone: String?
    /// What went wrong last, in one sentence, and when; it may be over.
    public var lastProblem: String?
    public var lastProblemAt: Date?
    /// What the connector knows to be wrong now, beyond its state: key cutters that lead nowhere, a zone that differs, a command that the
    /// PMS refuses again and again. `nil` from a bridge that says nothing of it.
    public var problems: [HealthProblem]?

    /// Whether the bridge makes the connection. One that waits for the PMS may wait in vain because nobody wants a key there.
    public var dialsOut = true

    public init(name: String, state: State, since: Date, dialsOut: Bool = true) {
        self.name = name
        self.state = state
        self.since = since
        self.dialsOut = dialsOut
    }

    private enum CodingKeys: String, CodingKey {
        case name, state, reason, since, outbox, oldestReportAt, clockSkew, property, timeZone, lastProblem, lastProblemAt, problems
    }

    /// Written by hand so that what is not known is `null` rather than missing.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(state, forKey: .state)
        try values.encode(reason, forKey: .reason)
        try values.encode(since, forKey: .since)
        try values.encode(outbox, forKey: .outbox)
        try values.encode(oldestReportAt, forKey: .oldestReportAt)
        try values.encode(clockSkew, forKey: .clockSkew)
        try values.encode(property, forKey: .property)
        try values.encode(timeZone, forKey: .timeZone)
        try values.encode(lastProblem, forKey: .lastProblem)
        try values.encode(lastProblemAt, forKey: .lastProblemAt)
        try values.encode(problems, forKey: .problems)
    }
}
