// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// When a problem of `status` leaves the bridge, as a value: problems in, alerts out, no clock of its own.
///
/// A problem is told once, when it has stood for ``patience`` without a gap, and its end when it has been away as long. Whoever got the
/// first of these two and nothing more knows that it stands. One that comes back within ``pause`` is told once more, as coming and going;
/// its end then is told when it has been away for ``pause``. So nobody gets more than three messages about one thing in that time.
public struct AlertPolicy: Sendable, Hashable, Codable {
    /// Between two messages about a problem that stands.
    public static let pause: TimeInterval = 12 * 3600

    /// What has become of one problem.
    struct Course: Sendable, Hashable, Codable {
        var problem: HealthProblem
        /// Since when it stands, as it says itself, else since it was seen first.
        var began: Date
        /// Since when it is seen without a gap: what ``patience`` counts from.
        var seen: Date
        /// Since when it is away.
        var gone: Date?
        /// When it was told last.
        var told: Date?
        /// It was told, and its end too.
        var isOver = false
        /// It came back after its end was told.
        var returned = false
    }

    public var patience: TimeInterval
    private(set) var courses: [String: Course] = [:]

    public init(patience: TimeInterval) { self.patience = patience }

    /// Goes on after a restart: what was told is known. What was not begins anew, as the bridge does.
    public mutating func resume(_ earlier: AlertPolicy) { courses = earlier.courses.filter { $0.value.told != nil } }

    /// What must survive a restart.
    public var told: AlertPolicy {
        var told = self
        told.courses = courses.filter { $0.value.told != nil }
        return told
    }

    /// Takes the problems as they are now.
    /// - Returns: what is to be told now.
    public mutating func look(_ problems: [HealthProblem], at now: Date) -> [Alert] {
        // What hinders alerts cannot leave as one; the log and `status` have it.
        let present = Dictionary(
            problems.filter { $0.area != .alerts }.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
        var alerts: [Alert] = []
        for (identity, problem) in present.sorted(by: { $0.key < $1.key }) {
            var course = courses[identity] ?? Course(problem: problem, began: problem.since ?? now, seen: now)
            alerts += course.stands(problem, now, patience).map { [$0] } ?? []
            courses[identity] = course
        }
        for (identity, known) in courses.sorted(by: { $0.key < $1.key }) where present[identity] == nil {
            var course = known
            alerts += course.isAway(now, patience).map { [$0] } ?? []
            courses[identity] = course.isForgotten(at: now) ? nil : course
        }
        return alerts
    }

    /// When the next look may find something to tell, if nothing happens before; `nil`: only when something happens.
    public func next() -> Date? { courses.values.compactMap { $0.next(patience) }.min() }
}

extension AlertPolicy.Course {
    /// It is there now.
    fileprivate mutating func stands(_ problem: HealthProblem, _ now: Date, _ patience: TimeInterval) -> Alert? {
        self.problem = problem
        followClock(now)
        if isOver {
            (isOver, returned, seen, began) = (false, true, now, problem.since ?? now)
            told = told.map { min($0, now - 1) }
        } else if gone != nil, told == nil {
            (seen, began) = (now, problem.since ?? now)
        }
        gone = nil
        if !isTold {
            guard now.timeIntervalSince(seen) >= patience else { return nil }
            told = now
            return Alert(returned ? .returned : .stands, problem, since: began, at: now)
        }
        guard let last = told, now.timeIntervalSince(last) >= AlertPolicy.pause else { return nil }
        told = now
        return Alert(.reminder, problem, since: began, at: now)
    }

    /// Told, since it stands without its end having been told.
    private var isTold: Bool { told.map { $0 >= seen } ?? false }

    /// A clock that was put back must not make anything wait for the time it was wrong. What was not told yet stays so.
    private mutating func followClock(_ now: Date) {
        let isTold = isTold
        seen = min(seen, now)
        told = told.map { min($0, isTold ? now : seen - 1) }
    }

    /// It is not there now.
    fileprivate mutating func isAway(_ now: Date, _ patience: TimeInterval) -> Alert? {
        followClock(now)
        let since = min(gone ?? now, now)
        gone = since
        guard isTold, !isOver, now.timeIntervalSince(since) >= calm(patience) else { return nil }
        isOver = true
        return Alert(.over, problem, since: began, cleared: since, at: now)
    }

    /// How long it must be away to be over.
    private func calm(_ patience: TimeInterval) -> TimeInterval { returned ? AlertPolicy.pause : patience }

    /// Nothing of it matters any more.
    fileprivate func isForgotten(at now: Date) -> Bool {
        guard let told else { return true }
        // One that came back and went untold is over as it was before.
        if told < seen, gone != nil { return now.timeIntervalSince(told) >= AlertPolicy.pause }
        return isOver && now.timeIntervalSince(told) >= AlertPolicy.pause
    }

    fileprivate func next(_ patience: TimeInterval) -> Date? {
        guard let gone else {
            return isTold ? told.map { $0 + AlertPolicy.pause } : seen + patience
        }
        // That it is forgotten then needs no look.
        return isOver || !isTold ? nil : gone + calm(patience)
    }
}
