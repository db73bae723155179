// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// Which encoder each port belongs to, as a value: ports that are there in, changes out.
public struct PortAssignments: Sendable, Hashable {
    public private(set) var matches: [EncoderName: PortMatch]
    private var present: [DetectedPort] = []
    /// What a list that was begun anew has named so far; `nil` when it is complete.
    private var listing: [DetectedPort]?
    private var assigned: [EncoderName: DetectedPort] = [:]
    private var doubtful: Set<EncoderName> = []

    public init(_ matches: [EncoderName: PortMatch]) { self.matches = matches }

    /// - Returns: events for the sessions, in the order in which they must be told.
    public mutating func apply(_ event: BusEvent) -> [(EncoderName, SessionMachine.Event)] {
        switch event {
        case .arrived(let port) where listing != nil: listing?.append(port)
        case .left(let port) where listing != nil: listing?.removeAll { $0.incarnation == port.incarnation }
        case .arrived(let port): present.append(port)
        case .left(let port): present.removeAll { $0.incarnation == port.incarnation }
        case .listed:
            guard let listing else { return [] }
            present = listing
            self.listing = nil
        }
        // Half a list would say that the other half has left.
        return listing == nil ? matches.keys.sorted().flatMap { settle($0) } : []
    }

    /// The ports are listed anew, for these encoders too. Nothing is told before the list is complete; then also what left, and whose doubts
    /// are over, while nobody followed the ports.
    public mutating func listAnew(_ more: [EncoderName: PortMatch]) {
        forget(Set(more.keys))
        matches.merge(more) { $1 }
        listing = []
    }

    /// These encoders have no session any more.
    public mutating func forget(_ names: Set<EncoderName>) {
        for name in names {
            matches[name] = nil
            assigned[name] = nil
            doubtful.remove(name)
        }
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
            return [
                (name, .ambiguous(Fault(.rejected(reason: "'\(match)' fits \(where_): bind the encoder to its USB socket with 'path'"))))
            ]
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
