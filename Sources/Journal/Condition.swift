// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Synchronization

/// How the journal is, for `status`: what is in the way now and since when, what the start found, rows that cannot be read.
final class Condition: Sendable {
    private struct State {
        var fault: JournalFault?
        var since: Date?
        var findings: [String] = []
        var began: Date
        var unreadable: [String: String] = [:]
    }

    private let state: Mutex<State>
    private let now: @Sendable () -> Date

    init(findings: [String], now: @escaping @Sendable () -> Date) {
        self.now = now
        state = Mutex(State(findings: findings, began: now()))
    }

    /// A change could be kept, or could not.
    func outcome(_ fault: JournalFault?) {
        state.withLock { state in
            if fault?.trouble == .closed { return }
            if state.fault == nil, fault != nil { state.since = now() }
            state.fault = fault
        }
    }

    func found(_ sentence: String) { state.withLock { $0.findings.append(sentence) } }

    func unreadable(_ job: String, _ sentence: String) { state.withLock { $0.unreadable[job] = sentence } }

    var findings: [String] { state.withLock { $0.findings } }

    /// - Parameter seen: what a look at the file says just now.
    func problems(seen: JournalFault?) -> [HealthProblem] {
        if let seen { outcome(seen) }
        return state.withLock { state in
            var problems: [HealthProblem] = []
            if let fault = state.fault {
                problems.append(HealthProblem(fault.trouble.area, since: state.since, fault.description))
            }
            problems += state.findings.enumerated().map { number, sentence in
                HealthProblem(.journal, subject: number == 0 ? "start" : "start \(number + 1)", since: state.began, sentence)
            }
            problems += state.unreadable.sorted { $0.key < $1.key }.map { HealthProblem(.journal, subject: $0.key, $0.value) }
            return problems
        }
    }
}

extension JournalFault.Trouble {
    fileprivate var area: HealthProblem.Area {
        switch self {
        case .full, .readOnly, .disk: .disk
        case .gone, .damaged, .locked, .closed, .row, .request, .other: .journal
        }
    }
}
