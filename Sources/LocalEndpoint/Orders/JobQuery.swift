// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What `GET /v1/jobs?...` asks for.
struct JobQuery: Hashable {
    static let usual = 50
    static let most = 200

    var filter = JobFilter()
    var limit = Self.usual
    /// Goes on behind this job.
    var before: JobID?

    /// Refuses names and values that are not possible, because a filter with a slip of the pen would show the wrong jobs.
    init(target: String) throws(Problem) {
        guard let start = target.firstIndex(of: "?") else { return }
        var seen: Set<String> = []
        for part in target[target.index(after: start)...].prefix(while: { $0 != "#" }).split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = pair[0].removingPercentEncoding, pair.count == 2,
                let value = pair[1].replacingOccurrences(of: "+", with: " ").removingPercentEncoding, !value.isEmpty
            else { throw Self.refused("'\(pair[0].prefix(40))' has no value") }
            guard seen.insert(name).inserted else { throw Self.refused("'\(name.prefix(40))' is there twice") }
            try read(name, value)
        }
    }

    private mutating func read(_ name: String, _ value: String) throws(Problem) {
        switch name {
        case "encoder": filter.encoder = EncoderName(value)
        case "room": filter.room = value
        case "reservation": filter.reservation = value
        case "state":
            guard let state = JobState(rawValue: value) else {
                throw Self.refused("'state' is one of \(JobState.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            filter.state = state
        case "from": filter.from = try instant(name, value)
        case "until": filter.until = try instant(name, value)
        case "limit":
            guard let number = Int(value), (1...Self.most).contains(number) else { throw Self.refused("'limit' is from 1 to \(Self.most)") }
            limit = number
        case "cursor": before = JobID(value)
        default: throw Self.refused("'\(name.prefix(40))' is not known: use encoder, room, reservation, state, from, until, limit, cursor")
        }
    }

    private func instant(_ name: String, _ text: String) throws(Problem) -> Date {
        guard let date = InternetTime.date(text) else { throw Self.refused("'\(name)' is a time such as 2026-11-27T00:00:00Z") }
        return date
    }

    private static func refused(_ why: String) -> Problem { .malformedRequest("The query cannot be read: \(why).") }
}
