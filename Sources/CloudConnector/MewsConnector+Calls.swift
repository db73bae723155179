// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// One request to Mews: budget, sending, understanding the answer.
extension MewsConnector {
    func call<Value: Decodable & Sendable>(
        _ operation: MewsOperation, _ body: RequestBody, as type: Value.Type, use: RequestBudget.Use = .orders
    ) async -> Result<Value, MewsProblem> {
        while let wait = budget.take(use, at: time.uptime()) {
            guard (try? await time.sleep(wait)) != nil else { return .failure(.stopping) }
        }
        let credentialsBefore = credentials
        let answer: Answer
        do {
            let data = try JSONEncoder().encode(body)
            answer = try await transport.post(operation, body: data, within: patience)
        } catch let fault as TransportFault {
            return .failure(unreachable(fault))
        } catch {
            return .failure(
                MewsProblem(kind: .refused(status: 0), sentence: "The request \(operation.rawValue) could not be written (\(error))"))
        }
        let uptime = time.uptime()
        let theirNow = clock.now(at: uptime) ?? time.now()
        if var problem = AnswerReading.problem(answer, of: operation, now: theirNow, hiding: secrets) {
            if case .foreign = problem.kind {} else { clock.heard(header: answer.date, at: uptime) }
            if problem.kind == .unauthorised, operation != .signIn, credentials != credentialsBefore {
                // The answer is to tokens that are no longer ours.
                problem.kind = .later(nil)
            }
            // A fault of Mews' with one request closes the way for that one only.
            if case .later(let wait?) = problem.kind { budget.close(until: uptime + wait) }
            return .failure(problem)
        }
        if answer.status == 204, let empty = EmptyAnswer() as? Value { return .success(empty) }
        do {
            let value = try JSONDecoder().decode(type, from: answer.body)
            clock.heard(header: answer.date, at: uptime)
            return .success(value)
        } catch {
            return .failure(AnswerReading.unreadable(answer, of: operation))
        }
    }

    /// Longer after failures: a long list over a slow line must get through at last.
    private var patience: Duration {
        min(configuration.timing.longestAnswer, configuration.timing.answerWithin * (1 + machine.intake.failures))
    }

    private func unreachable(_ fault: TransportFault) -> MewsProblem {
        MewsProblem(
            kind: fault.mayHaveArrived ? .doubtful(nil) : .later(nil),
            sentence: "Mews cannot be reached (\(fault.reason)): check this machine's internet connection; the bridge keeps trying")
    }

    private var secrets: [String] { (tokensInUse?.secrets ?? []) + [credentials?.accessToken].compactMap(\.self) }
}

extension MewsProblem {
    /// The connector is being shut down.
    static let stopping = MewsProblem(kind: .later(nil), sentence: "The connector to Mews is stopping")
    /// The session ended between two steps.
    static let signedOut = MewsProblem(kind: .later(nil), sentence: "The session with Mews has ended: the bridge signs in again")
}
