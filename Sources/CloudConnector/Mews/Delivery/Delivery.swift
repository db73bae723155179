// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// The delivery of the report at the head of the outbox: what to do next, and when it is over. No I/O.
///
/// A report is sent once. When it cannot be known whether Mews took it (the line broke, a time-out, a fault on their side, our own
/// restart), the command is read back first: Mews' state tells. A report that Mews refuses for good is given up with a line in the
/// job's trail, because it must not hold up the reports behind it.
struct Delivery: Sendable {
    enum Step: Sendable, Hashable {
        case send
        case readBack
        /// It is over; the outbox must be told, and the note goes into the trail.
        case mark(note: String?)
    }

    enum Outcome: Sendable, Hashable {
        /// Take ``step`` now.
        case goOn
        /// Take ``step`` after this time; `demanded` when Mews named it.
        case wait(Duration, demanded: Bool)
        /// The tokens are refused: wait for the connection.
        case unauthorised
    }

    private(set) var step: Step
    private var attempt = 0
    private var refusal: Problem?
    private let backoff: Backoff

    /// - Parameter inDoubt: an earlier run of the bridge may have sent this report.
    init(inDoubt: Bool, backoff: Backoff) {
        step = inDoubt ? .readBack : .send
        self.backoff = backoff
    }

    /// - Parameter problem: `nil` when Mews accepted the report.
    mutating func sent(_ problem: Problem?, random: Double) -> Outcome {
        guard let problem else {
            step = .mark(note: nil)
            return .goOn
        }
        switch problem.kind {
        case .unauthorised:
            return .unauthorised
        case .refused:
            refusal = problem
            step = .readBack
            return .goOn
        case .doubtful, .tooMuch:
            step = .readBack
            return pause(problem, random)
        case .later, .noSuchAddress:
            return pause(problem, random)
        }
    }

    /// - Parameter found: the command's state; `.success(nil)` when Mews does not have the command.
    mutating func read(_ found: Result<CommandState?, Problem>, for state: CommandState, random: Double) -> Outcome {
        switch found {
        case .success(let theirs?):
            if theirs.rank >= state.rank {
                let differs = state.isFinal && theirs != state
                step = .mark(note: differs ? "Mews had closed the command as \(theirs.word) before it heard of \(state.word)" : nil)
            } else if let refusal {
                step = .mark(note: "Mews refused the report \(state.word): \(refusal.sentence)")
            } else {
                step = .send
            }
            return .goOn
        case .success(nil):
            step = .mark(note: "Mews no longer knows the command: the report \(state.word) was given up")
            return .goOn
        case .failure(let problem):
            switch problem.kind {
            case .unauthorised:
                return .unauthorised
            case .refused:
                step = .mark(note: "Mews refused the report \(state.word) and the command: \((refusal ?? problem).sentence)")
                return .goOn
            case .later, .doubtful, .tooMuch, .noSuchAddress:
                return pause(problem, random)
            }
        }
    }

    private mutating func pause(_ problem: Problem, _ random: Double) -> Outcome {
        attempt += 1
        let own = backoff.wait(attempt, random: random)
        return .wait(max(own, problem.wait ?? .zero), demanded: problem.wait != nil)
    }
}
