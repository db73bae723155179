// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// One message that leaves the bridge: a problem of `status` that stands, or its end.
public struct Alert: Sendable, Codable, Hashable {
    public enum Event: String, Sendable, Codable, CaseIterable {
        /// It stands longer than the site's patience.
        case stands
        /// It was over and is back within ``AlertPolicy/pause``: it comes and goes.
        case returned
        /// It was told ``AlertPolicy/pause`` ago and stands still.
        case reminder
        case over
    }

    public var event: Event
    /// As it was seen last.
    public var problem: HealthProblem
    /// Since when it stands.
    public var since: Date
    /// When it was over, with `over` only.
    public var cleared: Date?
    /// When the bridge decided to tell of it.
    public var at: Date
    /// The same for every try, so that who gets it twice can know.
    public var id: String

    public init(_ event: Event, _ problem: HealthProblem, since: Date, cleared: Date? = nil, at: Date, id: String = JobID.random().text) {
        self.event = event
        self.problem = problem
        self.since = since
        self.cleared = cleared
        self.at = at
        self.id = id
    }
}
