// SPDX-License-Identifier: Apache-2.0

// What the programs show, read with types of the tests' own: a renamed field is then noticed here.

/// A card that the simulator cut.
struct CardView: Decodable, Equatable, Sendable {
    let rooms: [String]
    let copy: Int
    let of: Int
    let from: String
    let till: String
    /// Of a raw encoder's cards: what was written where.
    let content: [String: String]?
}

/// A command in the sandbox.
struct CommandView: Decodable, Sendable {
    struct Update: Decodable, Sendable {
        let state: String
        let notes: String?
        /// ISO 8601 in UTC, of one width: sorts as text.
        let at: String
        enum CodingKeys: String, CodingKey { case state = "State", notes = "Notes", at = "AtUtc" }
    }

    let id: String
    let state: String
    let notes: String?
    let reservation: String
    let history: [Update]
    enum CodingKeys: String, CodingKey {
        case id = "Id", state = "State", notes = "Notes", reservation = "Reservation", history = "History"
    }

    static let finalStates: Set<String> = ["Processed", "Error", "Cancelled"]
    var isFinal: Bool { Self.finalStates.contains(state) }
    /// How often it ended: once is right.
    var endings: Int { history.count { Self.finalStates.contains($0.state) } }
    var endedAt: String { history.first { Self.finalStates.contains($0.state) }?.at ?? "" }
    /// Every state in its turn, without the repeated ones that only tell progress.
    var way: [String] {
        history.map(\.state).reduce(into: []) { way, state in if way.last != state { way.append(state) } }
    }
}

struct FaultView: Decodable, Sendable {
    let code: String
    let card: String
    let advice: String
    let detail: String?
    /// For the technician; where the fault is an encoder's last one.
    let technician: String?
}

struct JobView: Decodable, Sendable {
    let prompt: String?
    let id: String
    let state: String
    let copiesDone: Int
    let remarks: [String]
    let fault: FaultView?
    var isFinal: Bool { ["done", "failed", "cancelled", "expired"].contains(state) }
}

struct EncoderView: Decodable, Sendable {
    let name: String
    let state: String
    let currentJob: String?
    let lastFault: FaultView?
}

struct StatusView: Decodable, Sendable {
    struct Connector: Decodable, Sendable {
        let state: String
        let reason: String?
        let lastProblem: String?
        let timeZone: String?
    }

    struct Queue: Decodable, Sendable {
        let unfinishedJobs: Int
        let undeliveredReports: Int
    }

    let encoders: [EncoderView]
    let connectors: [Connector]
    let queue: Queue
}
