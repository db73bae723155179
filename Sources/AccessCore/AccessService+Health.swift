// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import LockDrivers

extension AccessService: HealthReporting {
    public func healthProblems() async -> [HealthProblem] {
        var problems: [HealthProblem] = []
        if let wayProblem { problems.append(HealthProblem(.lock, subject: "mqtt", since: wayProblem.since, wayProblem.sentence)) }
        if let storeProblem {
            problems.append(HealthProblem(.journal, subject: "access", since: storeProblem.since, storeProblem.sentence))
        }
        if let tokenProblem { problems.append(HealthProblem(.access, subject: "pms", since: tokenProblem.since, tokenProblem.sentence)) }
        if let refusedTokens { problems.append(refusedTokens) }
        if let clockProblem { problems.append(clockProblem) }
        guard let machine else { return problems }
        for grant in machine.grants.values.sorted(by: { $0.id < $1.id }) where grant.state == .overdue || grant.state == .failed {
            // Nobody stands before the door for it; how many there are is said of the lock.
            if grant.isBackup, grant.state == .failed { continue }
            let what = grant.goal == .off ? "should have no code any more" : "has no code"
            problems.append(
                HealthProblem(
                    .access, subject: grant.id.rawValue, since: grant.since,
                    "\(Self.subject(of: grant)) \(what) on \(grant.target): \(grant.reason ?? "look at the lock")"))
        }
        for lock in machine.locks.values.sorted(by: { $0.name < $1.name }) where lock.isConnected && lock.isReachable == false {
            problems.append(
                HealthProblem(.lock, subject: lock.name.rawValue, "offline: check its battery and its distance from the gateway"))
        }
        problems += lockNotes(machine)
        for card in openCardsNow {
            problems.append(
                HealthProblem(
                    .access, subject: "cards \(card.reservation) \(card.door)", weight: card.state == Self.cardMissing ? .trouble : .note,
                    card.reason ?? ""))
        }
        for refusal in refusals {
            problems.append(HealthProblem(.access, subject: refusal.reservationId, weight: .note, refusal.reason))
        }
        return problems
    }

    /// How the sentence about a code begins.
    private static func subject(of grant: Grant) -> String {
        grant.isSecondCopy
            ? "a second copy of the code of reservation \(grant.number)" : grant.isBackup ? "a back-up code" : "reservation \(grant.number)"
    }

    /// A lock with less than this in its battery goes offline soon, percent.
    private static let lowBattery = 15

    private func lockNotes(_ machine: AccessMachine) -> [HealthProblem] {
        var notes: [HealthProblem] = []
        for lock in machine.locks.values.sorted(by: { $0.name < $1.name }) {
            if let battery = lock.battery, battery <= Self.lowBattery {
                notes.append(
                    HealthProblem(
                        .lock, subject: "\(lock.name) battery", weight: .note, "\(battery) % left: change it before it goes offline"))
            }
            let foreign = lock.foreign.filter(lock.ourSlots.contains).sorted().map(String.init)
            if !foreign.isEmpty {
                notes.append(
                    HealthProblem(
                        .lock, subject: "\(lock.name) foreign codes", weight: .note,
                        "slot \(foreign.joined(separator: ", ")), which the configuration gives to the bridge, holds a code that the bridge does "
                            + "not know: a person's, or a guest's of before the journal was lost or replaced. Clear it at the lock if it is not "
                            + "needed"))
            }
            let backups = machine.grants.values.filter { $0.lock == lock.name && $0.isBackup && $0.goal == .on && !$0.isOver }
            let ready = backups.filter { $0.onLockSince != nil }.count
            if ready < backups.count {
                let why = backups.compactMap(\.reason).first.map { ": \($0)" } ?? ": the others follow"
                notes.append(
                    HealthProblem(
                        .lock, subject: "\(lock.name) back-up codes", weight: .note,
                        "\(ready) of \(backups.count) back-up codes are on it\(why)"))
            }
        }
        return notes
    }
}
