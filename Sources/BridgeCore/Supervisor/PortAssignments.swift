// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// Which encoder each port belongs to, as a value: ports that are there in, changes out.
public struct PortAssignments: Sendable, Hashable {
    private let matches: [EncoderName: PortMatch]
    private var present: [DetectedPort] = []
    private var assigned: [EncoderName: DetectedPort] = [:]
    private var doubtful: Set<EncoderName> = []

    public init(_ matches: [EncoderName: PortMatch]) { self.matches = matches }

    /// - Returns: events for the sessions, in the order in which they must be told.
    public mutating func apply(_ event: BusEvent) -> [(EncoderName, SessionMachine.Event)] {
        switch event {
        case .arrived(let port): present.append(port)
        case .left(let port): present.removeAll { $0.incarnation == port.incarnation }
        case .listed: return []
        }
        return matches.keys.sorted().flatMap { settle($0) }
    }

    private mutating func settle(_ name: EncoderName) -> [(EncoderName, SessionMachine.Event)] {
        guard let match = matches[name] else { return [] }
        let fits = present.filter { match.matches($0) }
        // A device may be listed twice, by udev and by its fixed path: one node is one port.
        let addresses = Set(fits.map(\.address))
        var told: [(EncoderName, SessionMachine.Event)] = []
        if addresses.count > 1 {
            guard doubtful.insert(name).inserted else { return [] }
            assigned[name] = nil
            let where_ = addresses.sorted().joined(separator: " and ")
            let advice =
                if case .reader = match { "write the whole name of one of them behind 'reader'" } else {
                    "bind the encoder to its USB socket with 'path'"
                }
            return [(name, .ambiguous(Fault(.rejected(reason: "'\(match)' fits \(where_): \(advice)"))))]
        }
        let wanted = fits.last
        if doubtful.remove(name) != nil, wanted == nil { told.append((name, .ambiguous(Fault(.offline, detail: "not there")))) }
        if let old = assigned[name], old.incarnation != wanted?.incarnation {
            told.append((name, .portLeft(old.incarnation)))
            assigned[name] = nil
        }
        if let wanted, assigned[name] == nil {
            assigned[name] = wanted
            told.append((name, .portArrived(wanted)))
        }
        return told
    }
}
