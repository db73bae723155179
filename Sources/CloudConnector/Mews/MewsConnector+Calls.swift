// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// One request to Mews: budget, sending, understanding the answer.
extension MewsConnector {
    func call<Value: Decodable & Sendable>(_ operation: MewsOperation, _ body: RequestBody, as type: Value.Type) async -> Result<
        Value, Problem
    > {
        let wait = budget.book(at: time.uptime())
        if wait > .zero {
            do {
                try await time.sleep(wait)
            } catch {
                return .failure(.stopping)
            }
        }
        let credentialsBefore = credentials
        let answer: Answer
        do {
            let data = try JSONEncoder().encode(body)
            answer = try await transport.post(operation, body: data, within: configuration.timing.answerWithin)
        } catch let fault as TransportFault {
            return .failure(
                Problem(
                    kind: fault.mayHaveArrived ? .doubtful(nil) : .later(nil),
                    sentence: "Mews cannot be reached (\(fault.reason)): check this machine's internet connection; the bridge keeps trying")
            )
        } catch {
            return .failure(
                Problem(kind: .refused(status: 0), sentence: "The request \(operation.rawValue) could not be written (\(error))"))
        }
        let theirNow = time.now().addingTimeInterval(skew ?? 0)
        if var problem = AnswerReading.problem(answer, of: operation, now: theirNow, hiding: secrets) {
            if problem.kind == .unauthorised, operation != .signIn, credentials != credentialsBefore {
                // The answer is to tokens that are no longer ours.
                problem.kind = .later(nil)
            }
            if let wait = problem.wait { budget.close(until: time.uptime() + wait) }
            return .failure(problem)
        }
        if let empty = EmptyAnswer() as? Value { return .success(empty) }
        do {
            return .success(try JSONDecoder().decode(type, from: answer.body))
        } catch {
            return .failure(
                Problem(
                    kind: .later(nil),
                    sentence: "The answer to \(operation.rawValue) cannot be read: look for a proxy that answers in Mews' place"))
        }
    }

    private var secrets: [String] { (tokensInUse?.secrets ?? []) + [credentials?.accessToken].compactMap(\.self) }
}

extension Problem {
    /// The connector is being shut down.
    static let stopping = Problem(kind: .later(nil), sentence: "The connector to Mews is stopping")
}
