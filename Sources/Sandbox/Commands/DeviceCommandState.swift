// SPDX-License-Identifier: Apache-2.0

/// The six states of a device command.
public enum DeviceCommandState: String, Sendable, CaseIterable {
    case pending = "Pending"
    case received = "Received"
    case processing = "Processing"
    case processed = "Processed"
    case cancelled = "Cancelled"
    case error = "Error"

    /// A final state is never left.
    public var isFinal: Bool { self == .processed || self == .cancelled || self == .error }

    /// What commands/getAllActive lists. `Processing` is not in it: a client that crashed there finds its command by id only.
    public var isActive: Bool { self == .pending || self == .received }

    /// Only forwards; steps may be left out, and `Processing` may be repeated to report progress.
    public func mayBecome(_ next: DeviceCommandState) -> Bool {
        !isFinal && (next.rank > rank || (self == .processing && next == .processing))
    }

    private var rank: Int {
        switch self {
        case .pending: 0
        case .received: 1
        case .processing: 2
        case .processed, .cancelled, .error: 3
        }
    }
}
