// SPDX-License-Identifier: Apache-2.0

/// Why an order was refused, where the clerk can do something about it or should know. A refusal without one sends the clerk to the
/// technician, who reads the reason itself.
public enum RefusalCause: String, Sendable, Codable, CaseIterable {
    case sameCard, unknownRoom, tooManyDoors, stayIsOver, wrongDates, noEncoder, noMemory, checkedOut, outOfService, noCopies, wrongCount,
        noRoom, noTimeZone, recordsLost, noOneShots

    var key: WordKey {
        switch self {
        case .sameCard: .causeSameCard
        case .unknownRoom: .causeUnknownRoom
        case .tooManyDoors: .causeTooManyDoors
        case .stayIsOver: .causeStayIsOver
        case .wrongDates: .causeWrongDates
        case .noEncoder: .causeNoEncoder
        case .noMemory: .causeNoMemory
        case .checkedOut: .causeCheckedOut
        case .outOfService: .causeOutOfService
        case .noCopies: .causeNoCopies
        case .wrongCount: .causeWrongCount
        case .noRoom: .causeNoRoom
        case .noTimeZone: .causeNoTimeZone
        case .recordsLost: .causeRecordsLost
        case .noOneShots: .causeNoOneShots
        }
    }
}
