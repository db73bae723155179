// SPDX-License-Identifier: Apache-2.0
import Foundation

/// An answer of Mews before it is understood.
struct Answer: Sendable, Hashable {
    var status: Int
    var retryAfter: String?
    /// The `Request-Id` header, for Mews' support.
    var requestID: String?
    var body: Data

    init(status: Int, retryAfter: String? = nil, requestID: String? = nil, body: Data = Data()) {
        self.status = status
        self.retryAfter = retryAfter
        self.requestID = requestID
        self.body = body
    }
}

/// What the status of an answer means for us.
enum AnswerReading {
    /// - Parameter secrets: texts that must not leave in a sentence, wherever Mews may have quoted them.
    /// - Returns: `nil` for success.
    static func problem(_ answer: Answer, of operation: MewsOperation, now: Date, hiding secrets: [String] = []) -> Problem? {
        if (200...299).contains(answer.status) { return nil }
        let wait = RetryAfter.parse(answer.retryAfter, now: now)
        let said = message(answer, hiding: secrets)
        func sentence(_ start: String, _ advice: String) -> String {
            Notes.plain("\(start)\(said.map { " (\"\($0)\")" } ?? ""): \(advice)\(trace(answer))")
        }
        let call = operation.rawValue
        switch answer.status {
        case 401:
            return Problem(
                kind: .unauthorised,
                sentence: sentence("Mews refuses the tokens", "check the token files, and in Mews that the integration is enabled"))
        case 403:
            return Problem(kind: .refused(status: 403), sentence: sentence("Mews does not allow \(call)", "see Mews' own words"))
        case 404, 405, 300...399:
            return Problem(
                kind: .noSuchAddress,
                sentence: sentence("Mews does not know the address of \(call), status \(answer.status)", "check connector.mews.api"))
        case 408:
            return Problem(kind: .tooMuch, sentence: sentence("Mews took too long over \(call)", "it is tried again in smaller parts"))
        case 413:
            return Problem(kind: .tooMuch, sentence: sentence("A request \(call) was too large", "it is tried again in smaller parts"))
        case 409:
            return Problem(kind: .doubtful(wait), sentence: sentence("Data changed during \(call)", "it is read and tried again"))
        case 425, 429:
            return Problem(kind: .later(wait), sentence: sentence("Mews asks for fewer requests", "the bridge waits"))
        case 500...599:
            return Problem(
                kind: .doubtful(wait), sentence: sentence("Mews has a fault of its own, status \(answer.status)", "the bridge tries again"))
        default:
            return Problem(
                kind: .refused(status: answer.status),
                sentence: sentence("Mews refuses \(call), status \(answer.status)", "this is not tried again"))
        }
    }

    private static func message(_ answer: Answer, hiding secrets: [String]) -> String? {
        guard let body = try? JSONDecoder().decode(ErrorBody.self, from: answer.body), var message = body.message else { return nil }
        for secret in secrets where !secret.isEmpty { message = message.replacingOccurrences(of: secret, with: "(token)") }
        message = Notes.plain(message, upTo: 200)
        return message.isEmpty ? nil : message
    }

    private static func trace(_ answer: Answer) -> String {
        let id = answer.requestID ?? (try? JSONDecoder().decode(ErrorBody.self, from: answer.body))?.requestID
        return id.map { " [request \(Notes.plain($0, upTo: 64))]" } ?? ""
    }
}
