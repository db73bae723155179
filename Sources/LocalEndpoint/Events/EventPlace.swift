// SPDX-License-Identifier: Apache-2.0

/// Where a client stands in the event stream, as the `id` of an event: `<run>-<number>`. Numbers start anew with each run of the
/// daemon, so the run is part of the id: one of an earlier run is told apart from a number of this one.
struct EventPlace: Hashable, Sendable {
    let run: String
    let number: UInt64

    var text: String { "\(run)-\(number)" }

    /// What a client that comes back has seen.
    enum Resumption: Hashable {
        /// It says nothing: a new client.
        case fresh
        case after(UInt64)
        /// An id that is not of this run, or no id at all: what it has missed cannot be told.
        case lost
    }

    static func resumption(_ values: [String], run: String) -> Resumption {
        guard let value = values.first, !value.isEmpty else { return .fresh }
        let parts = value.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard values.count == 1, parts.count == 2, parts[0] == run, parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
            let number = UInt64(parts[1])
        else { return .lost }
        return .after(number)
    }
}
