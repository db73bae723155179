// SPDX-License-Identifier: Apache-2.0

/// Where a client stands in the event stream, as the `id` of an event: `<run>.<place>-<number>`. Numbers start anew with each run of the
/// daemon, so the run is part of the id: one of an earlier run is told apart from a number of this one. The place is the journal's, which
/// counts on over restarts: what happened to jobs behind it is told to whoever comes back.
struct EventPlace: Hashable, Sendable {
    let run: String
    let number: UInt64
    let place: Int64

    var text: String { "\(run).\(place)-\(number)" }

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
        let parts = value.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let head = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard values.count == 1, parts.count == 2, let number = digits(parts[1]).flatMap(UInt64.init) else { return .lost }
        guard head[0] == run else {
            return head.count == 2 ? digits(head[1]).flatMap(Int64.init).map { .earlierRun(place: $0) } ?? .lost : .lost
        }
        return .after(number)
    }

    /// `Int(_:)` would take a sign, too.
    private static func digits(_ part: Substring) -> String? {
        !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) } ? String(part) : nil
    }
}
