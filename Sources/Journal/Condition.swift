// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Synchronization

/// How the journal is, for `status`: what is in the way now and since when, what the start and later looks found, rows that cannot be read.
final class Condition: Sendable {
    private struct State {
        var fault: JournalFault?
        var since: Date?
        var findings: [HealthProblem] = []
        var unreadable: [String: String] = [:]
        /// When it was tried last whether the fault is over.
        var lastTry: Duration?
    }

    /// A disk that is full takes no harm from being asked this often, and nobody waits longer to hear that it is well.
    private static let pause: Duration = .seconds(5)

    private let state = Mutex(State())
    private let time: Timekeeper

    init(findings: [JournalFinding], time: Timekeeper) {
        self.time = time
        for finding in findings { found(finding, "start") }
    }

    /// A change could be kept, or could not. Damage does not go away because a change fits beside it.
    func outcome(_ fault: JournalFault?) {
        if fault?.trouble == .closed { return }
        if let fault, fault.trouble == .damaged { return found(JournalFinding(fault.description), "damage") }
        state.withLock { state in
            if state.fault == nil, fault != nil { state.since = time.now() }
            state.fault = fault
        }
    }

    /// Said once, however often it is found.
    func found(_ finding: JournalFinding, _ subject: String) {
        state.withLock { state in
            guard !state.findings.contains(where: { $0.sentence == finding.sentence }) else { return }
            let before = state.findings.count { $0.subject.hasPrefix(subject) }
            state.findings.append(
                HealthProblem(
                    .journal, subject: before == 0 ? subject : "\(subject) \(before + 1)", since: time.now(), weight: finding.weight,
                    finding.sentence))
        }
    }

    func unreadable(_ row: String, _ sentence: String) { state.withLock { $0.unreadable[row] = sentence } }

    /// Another row took its place.
    func readable(_ row: String) { state.withLock { _ = $0.unreadable.removeValue(forKey: row) } }

    var findings: [HealthProblem] { state.withLock { $0.findings } }

    /// Whether a fault stands that may be over, and it is time to try.
    func isToBeTried() -> Bool {
        let moment = time.uptime()
        return state.withLock { state in
            guard state.fault != nil, state.lastTry.map({ moment - $0 >= Self.pause }) ?? true else { return false }
            state.lastTry = moment
            return true
        }
    }

    /// - Parameters:
    ///   - seen: what a look at the file says just now.
    ///   - silent: that the disk does not answer, which is over as soon as it does; `length`: for how long.
    func problems(seen: JournalFault?, silent: JournalFault? = nil, for length: Duration = .zero) -> [HealthProblem] {
        if let seen { outcome(seen) }
        return state.withLock { state in
            var problems: [HealthProblem] = []
            if let silent {
                problems.append(HealthProblem(silent.trouble.area, since: time.now() - length / .seconds(1), silent.description))
            }
            if let fault = state.fault {
                problems.append(HealthProblem(fault.trouble.area, since: state.since, fault.description))
            }
            problems += state.findings
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
