// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// How long jobs stay in each of their states. A value without a clock: whoever hears of a job says when.
struct JobPhases<Instant: InstantProtocol> where Instant.Duration == Duration {
    /// A state that is over.
    struct Passed: Hashable {
        var state: JobState
        var took: Duration
    }

    /// What became of one word of a job.
    struct Heard: Hashable {
        /// The state that this one ended; `nil` at the first word of a job and while nothing changes.
        var passed: Passed?
        /// Whether the job ended with this word. A job that ended may be told of again, with a remark.
        var hasEnded: Bool
    }

    private var ended: [JobID] = []
    private var seen: [JobID: (state: JobState, since: Instant)] = [:]

    mutating func heard(_ state: JobState, of job: JobID, at now: Instant) -> Heard {
        let before = seen[job]
        var heard = Heard(passed: nil, hasEnded: false)
        if let before, before.state != state { heard.passed = Passed(state: before.state, took: before.since.duration(to: now)) }
        if state.isFinal {
            seen[job] = nil
            heard.hasEnded = !ended.contains(job)
            if heard.hasEnded { ended.append(job) }
            if ended.count > Self.remembered { ended.removeFirst() }
        } else if before?.state != state {
            seen[job] = (state, now)
        }
        return heard
    }

    /// A word about an older job than these many comes no more.
    private static var remembered: Int { 256 }
}
