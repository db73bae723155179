// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation

/// One request: its turn, sending, understanding the answer as the rest of the connector does.
extension MewsAccess {
    /// "Too many requests" is meant so also where it names no time.
    private static let untoldPause: Duration = .seconds(30)

    func call<Value: Decodable & Sendable>(
        _ operation: MewsOperation, as type: Value.Type, _ fill: (inout AccessRequest) -> Void
    ) async throws(AccessSourceFault) -> Value {
        do throws(MewsProblem) {
            return try await ask(operation, as: type, fill)
        } catch {
            throw AccessSourceFault(error)
        }
    }

    func ask<Value: Decodable & Sendable>(
        _ operation: MewsOperation, as type: Value.Type, _ fill: (inout AccessRequest) -> Void
    ) async throws(MewsProblem) -> Value {
        let (credentials, secrets) = try credentials()
        var request = AccessRequest(credentials)
        fill(&request)
        await takeTurn()
        let answer: Answer
        do {
            answer = try await transport.post(operation, body: try JSONEncoder().encode(request), within: configuration.timing.answerWithin)
        } catch let fault as TransportFault {
            throw MewsProblem(
                kind: .later(nil),
                sentence: "Mews cannot be reached (\(fault.reason)): check this machine's internet connection; codes wait.")
        } catch {
            throw MewsProblem(kind: .later(nil), sentence: "The request \(operation.rawValue) could not be written.")
        }
        if var problem = AnswerReading.problem(answer, of: operation, now: told ?? Date(), hiding: secrets) {
            if case .foreign = problem.kind {} else { hear(answer) }
            if answer.status == 429, problem.wait == nil { problem.kind = .later(Self.untoldPause) }
            throw problem
        }
        if answer.status == 204, let empty = EmptyAnswer() as? Value { return empty }
        do {
            let value = try JSONDecoder().decode(type, from: answer.body)
            hear(answer)
            return value
        } catch {
            throw AnswerReading.unreadable(answer, of: operation)
        }
    }

    private func credentials() throws(MewsProblem) -> (Credentials, secrets: [String]) {
        let tokens: MewsTokens
        do { tokens = try configuration.tokens() } catch {
            throw MewsProblem(
                kind: .later(nil),
                sentence: "The tokens for Mews cannot be read (\(error)): check the token files of connector.mews.")
        }
        guard case .pair(let client, let access) = tokens else {
            throw MewsProblem(
                kind: .later(nil),
                sentence:
                    "The sign-in of 2015 (connectorTokenFile) has no reservations of today's form: write accessTokenFile and clientTokenFile."
            )
        }
        return (Credentials(clientToken: client, accessToken: access, client: configuration.client), tokens.secrets)
    }
}

extension AccessSourceFault {
    /// Nobody puts other tokens there within seconds.
    private static let refusedPause: Duration = .seconds(60)

    init(_ problem: MewsProblem) {
        self.init(
            problem.sentence, retryAfter: problem.kind == .unauthorised ? Self.refusedPause : problem.wait,
            mayBeOfOneRequest: problem.mayBeOfOneRequest)
    }
}
