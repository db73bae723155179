// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What is different between two configurations: what a reload touches, and nothing else.
public struct ConfigurationChange: Sendable, Hashable {
    public var added: Set<EncoderName>
    public var removed: Set<EncoderName>
    /// Driver, match, settings, keys or layout.
    public var changed: Set<EncoderName>
    /// Language or time zone.
    public var property: Bool
    public var endpoint: Bool
    public var mews: Bool
    /// The ways in for hotel systems that call a lock server.
    public var lockServers: Bool
    public var alerts: Bool
    /// Sections that only a restart takes.
    public var needsRestart: [String]

    public init(from old: SiteConfiguration, to new: SiteConfiguration) {
        let before = Dictionary(old.encoders.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(new.encoders.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        added = Set(after.keys).subtracting(before.keys)
        removed = Set(before.keys).subtracting(after.keys)
        changed = Set(after.keys.filter { before[$0] != nil && before[$0] != after[$0] })
        property = old.timeZone != new.timeZone || old.language != new.language
        endpoint = old.endpoint != new.endpoint
        mews = old.mews != new.mews
        lockServers = old.fias != new.fias || old.industryStandard != new.industryStandard
        alerts = old.alerts != new.alerts
        var restart: [String] = []
        if old.journalPath != new.journalPath { restart.append("journal.path") }
        if (old.journal.keep, old.journal.largest) != (new.journal.keep, new.journal.largest) { restart.append("journal") }
        if old.staleAfter != new.staleAfter { restart.append("queue") }
        if old.locks != new.locks || old.access != new.access || old.mqtt != new.mqtt { restart.append("access, locks, mqtt") }
        needsRestart = restart
    }

    /// `added bar; changed front-desk; the endpoint`, or that nothing is different.
    public var description: String {
        func names(_ word: String, _ names: Set<EncoderName>) -> String? {
            names.isEmpty ? nil : "\(word) \(names.sorted().map(\.text).joined(separator: ", "))"
        }
        let parts = [
            names("encoders added:", added), names("encoders removed:", removed), names("encoders changed:", changed),
            property ? "property" : nil, endpoint ? "endpoint" : nil, mews ? "connector.mews" : nil,
            lockServers ? "connector.fias and connector.industryStandard" : nil,
            alerts ? "alerts" : nil,
            needsRestart.isEmpty ? nil : "only a restart takes \(needsRestart.joined(separator: ", "))",
        ]
        let text = parts.compactMap(\.self).joined(separator: "; ")
        return text.isEmpty ? "nothing is different but what is read from files (tokens, card keys)" : text
    }
}
