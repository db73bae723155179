// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// The delivery of one report: what to do next, and when it is over. No I/O.
///
/// A report is sent once. When it cannot be known whether Mews took it (the line broke, a time-out, a fault on their side, our own
/// restart), the command is read back first: Mews' state tells. The form of 2015 cannot read back; there the report is sent again, which
/// changes nothing where Mews has it already. A report that Mews refuses for good is given up with a line in the job's trail.
struct Delivery: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        case send
        case readBack
        /// Mews does not want this state from where the command stands: the states in between, which had been left out, must go first.
        case stepByStep
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
    /// Tries in a row that failed.
    private(set) var attempt = 0
    private var refusal: MewsProblem?
    private let backoff: JitteredBackoff
    private let canReadBack: Bool

    /// - Parameters:
    ///   - inDoubt: an earlier run of the bridge may have sent this report.
    ///   - canReadBack: whether commands can be read by their ids.
    init(inDoubt: Bool, backoff: JitteredBackoff, canReadBack: Bool = true) {
        step = inDoubt && canReadBack ? .readBack : .send
        self.backoff = backoff
        self.canReadBack = canReadBack
    }

    /// - Parameter problem: `nil` when Mews accepted the report.
    mutating func sent(_ problem: MewsProblem?, of state: CommandState, random: Double) -> Outcome {
        guard let problem else {
            step = .mark(note: nil)
            return .goOn
        }
        switch problem.kind {
        case .unauthorised:
            return .unauthorised
        case .refused:
            refusal = problem
            step = canReadBack ? .readBack : .mark(note: "Mews refused the report \(state.word): \(problem.sentence)")
            return .goOn
        case .doubtful, .tooMuch, .foreign:
            if canReadBack { step = .readBack }
            return pause(problem, random)
        case .later, .noSuchAddress:
            return pause(problem, random)
        }
    }

    /// - Parameters:
    ///   - found: the command's state; `.success(nil)` when Mews does not have the command.
    ///   - hasSteps: whether states before this one were left out.
    mutating func read(
        _ found: Result<CommandState?, MewsProblem>, for state: CommandState, hasSteps: Bool = false, random: Double
    ) -> Outcome {
        switch found {
        case .success(let theirs?):
            if theirs.rank >= state.rank {
                let differs = state.isFinal && theirs != state
                step = .mark(note: differs ? "Mews had closed the command as \(theirs.word) before it heard of \(state.word)" : nil)
            } else if let refusal {
                step = hasSteps ? .stepByStep : .mark(note: "Mews refused the report \(state.word): \(refusal.sentence)")
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
            case .later, .doubtful, .tooMuch, .noSuchAddress, .foreign:
                return pause(problem, random)
            }
        }
    }

    private mutating func pause(_ problem: MewsProblem, _ random: Double) -> Outcome {
        attempt += 1
        let own = backoff.wait(attempt, random: random)
        return .wait(max(own, problem.wait ?? .zero), demanded: problem.wait != nil)
    }
}
