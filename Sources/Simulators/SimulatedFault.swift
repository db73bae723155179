// SPDX-License-Identifier: Apache-2.0

/// What can go wrong with a simulated encoder.
public enum SimulatedFault: String, Sendable, Hashable, CaseIterable {
    /// Nobody puts a card on.
    case noCard
    /// The encoder says that it is busy.
    case busy
    /// It takes the order and never answers.
    case timeout
    /// The lock system does not know the room.
    case unknownRoom
    /// It refuses the message, as if the line had disturbed it.
    case nak
    /// Its answer has a wrong check byte.
    case badChecksum
    /// Its answer breaks off in the middle.
    case cutAnswer
    /// Its error answers have a check of their own kind, which the open drivers overlook.
    case oddChecksum
    /// It says nothing at all.
    case silent
    /// The plug is pulled while the card is made, and put back after a moment.
    case unplugMidJob
    /// It makes the card but answers only after the bridge gave up, and is busy until then.
    case lateAnswer
    /// The card is lifted between authentication and writing.
    case cardLifted
    /// The card has other keys than it should.
    case wrongKey
    /// The card that was taken away is put on again.
    case sameCard
    /// The encoder was left at another speed by the program before.
    case wrongSpeed
    /// It acknowledges a command twice.
    case duplicateAck
    /// The card goes through the wrong way round.
    case swipeBackwards
    /// The swipe was too fast, too slow or broken off.
    case badSwipe
    /// The stripe does not take what is written.
    case writeError
    /// The card needs high coercivity: what is written with low does not hold.
    case lowCoercivity
    /// A program before the bridge left a reading pending: the encoder hears nothing but a reset.
    case pendingRead
    /// The unused bytes of its USB packets are left from earlier ones.
    case stalePadding
    /// A lock server says that the order should be made again (RY).
    case retry
    /// It denies the key (DN).
    case denied
    /// Something behind it does not respond (NR): nobody knows whether there is a card.
    case noResponse
    /// It answers with the workstation of another order.
    case wrongWorkstation
    /// It declares nothing (no LD, no LR).
    case noDeclarations
    /// It sends all it has to say in one piece.
    case gluedRecords
    /// A byte of what it sends is lost, or comes twice; an ENQ that nobody asked for comes before.
    case lostByte, doubledByte, strayEnquiry

    /// Reads `noCard` (always), `noCard:once`, `noCard:3` (that many times).
    public static func parse(_ text: String) throws(SimulatorFault) -> (fault: SimulatedFault, occurrence: FaultOccurrence) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let fault = SimulatedFault(rawValue: parts[0]) else {
            throw SimulatorFault("there is no fault '\(parts[0])': use one of \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        switch parts.count == 1 ? "always" : parts[1] {
        case "always": return (fault, .always)
        case "once": return (fault, .times(1))
        case let count:
            guard let times = Int(count), (1...1000).contains(times) else {
                throw SimulatorFault("'\(text)': write \(fault), \(fault):once or \(fault):3")
            }
            return (fault, .times(times))
        }
    }
}

/// How often a fault strikes.
public enum FaultOccurrence: Sendable, Hashable {
    case never
    case times(Int)
    case always
}

/// Faults that are set, used up as they strike.
struct FaultSchedule: Sendable, Hashable {
    private var occurrences: [SimulatedFault: FaultOccurrence]

    init(_ occurrences: [SimulatedFault: FaultOccurrence]) { self.occurrences = occurrences }

    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) {
        occurrences[fault] = occurrence
    }

    /// Whether the fault happens now; a limited one is then used up by one.
    mutating func strikes(_ fault: SimulatedFault) -> Bool {
        switch occurrences[fault] ?? .never {
        case .never: return false
        case .always: return true
        case .times(let times):
            occurrences[fault] = times > 1 ? .times(times - 1) : .never
            return times > 0
        }
    }
}
