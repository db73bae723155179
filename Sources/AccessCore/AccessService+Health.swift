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
        if let clockProblem { problems.append(clockProblem) }
        guard let machine else { return problems }
        for grant in machine.grants.values.sorted(by: { $0.id < $1.id }) where grant.state == .overdue || grant.state == .failed {
            let what = grant.state == .overdue ? "should have no code any more" : "has no code"
            problems.append(
                HealthProblem(
                    .access, subject: grant.id.rawValue, since: grant.since,
                    "reservation \(grant.number) \(what) on \(grant.target): \(grant.reason ?? "look at the lock")"))
        }
        for lock in machine.locks.values.sorted(by: { $0.name < $1.name }) where lock.isConnected && lock.isReachable == false {
            problems.append(
                HealthProblem(.lock, subject: lock.name.rawValue, "offline: check its battery and its distance from the gateway"))
        }
        for (id, reason) in machine.refusals.sorted(by: { $0.key < $1.key }) {
            problems.append(HealthProblem(.access, subject: id.rawValue, weight: .note, reason))
        }
        return problems
    }
}
