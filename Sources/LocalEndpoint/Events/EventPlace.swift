// SPDX-License-Identifier: Apache-2.0

/// Where a client stands in the event stream, as the `id` of an event: `<run>-<number>-<place>`. Numbers start anew with each run of the
/// daemon, so the run is part of the id: one of an earlier run is told apart from a number of this one. The place is the journal's, which
/// counts on over restarts: what happened to jobs behind it is told to whoever comes back.
struct EventPlace: Hashable, Sendable {
    let run: String
    let number: UInt64
    let place: Int64

    var text: String { "\(run)-\(number)-\(place)" }

    /// What a client that comes back has seen.
    enum Resumption: Hashable {
        /// It says nothing: a new client.
        case fresh
        case after(UInt64)
        /// The id is of an earlier run: what has happened to jobs since this place of the journal can be told.
        case earlierRun(place: Int64)
        /// No id of ours: what it has missed cannot be told.
        case lost
    }

    static func resumption(_ values: [String], run: String) -> Resumption {
        guard let value = values.first, !value.isEmpty else { return .fresh }
        let parts = value.split(separator: "-", omittingEmptySubsequences: false)
        func digits(_ part: Substring) -> Bool { !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) } }
        guard values.count == 1, parts.count == 3, digits(parts[1]), digits(parts[2]), let number = UInt64(parts[1]),
            let place = Int64(parts[2])
        else { return .lost }
        guard parts[0] == run else { return .earlierRun(place: place) }
        return .after(number)
    }
}
