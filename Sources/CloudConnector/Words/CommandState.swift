// SPDX-License-Identifier: Apache-2.0

/// Where Mews says that a command stands. A word that we do not know is kept as it came.
enum CommandState: Hashable, Sendable, Codable {
    case pending, received, processing, processed, cancelled, error
    case unknown(String)

    init(word: String) {
        self =
            switch word {
            case "Pending": .pending
            case "Received": .received
            case "Processing": .processing
            case "Processed": .processed
            // Commands are "Cancelled", reservations "Canceled": take both.
            case "Cancelled", "Canceled": .cancelled
            case "Error": .error
            default: .unknown(word)
            }
    }

    var word: String {
        switch self {
        case .pending: "Pending"
        case .received: "Received"
        case .processing: "Processing"
        case .processed: "Processed"
        case .cancelled: "Cancelled"
        case .error: "Error"
        case .unknown(let word): word
        }
    }

    init(from decoder: any Decoder) throws { self.init(word: try decoder.singleValueContainer().decode(String.self)) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(word)
    }

    var isFinal: Bool { self == .processed || self == .cancelled || self == .error }

    /// Still waiting for a client to act: what commands/getAllActive lists.
    var isActive: Bool { self == .pending || self == .received }

    /// How far along the one-way road; a report is old news when Mews has come at least as far.
    var rank: Int {
        switch self {
        case .unknown: -1
        case .pending: 0
        case .received: 1
        case .processing: 2
        case .processed, .cancelled, .error: 3
        }
    }
}
