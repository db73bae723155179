// SPDX-License-Identifier: Apache-2.0
import Foundation

/// An answer before it is understood. Who gave it is not known yet: on the way to Mews stand proxies and captive portals.
struct Answer: Sendable, Hashable {
    var status: Int
    /// The `Content-Type` header.
    var contentType: String?
    var retryAfter: String?
    /// The `Request-Id` header, for Mews' support.
    var requestID: String?
    /// The `Date` header: the clock of whoever answered.
    var date: String?
    var body: Data

    init(
        status: Int, contentType: String? = nil, retryAfter: String? = nil, requestID: String? = nil, date: String? = nil,
        body: Data = Data()
    ) {
        self.status = status
        self.contentType = contentType
        self.retryAfter = retryAfter
        self.requestID = requestID
        self.date = date
        self.body = body
    }

    /// Whether the body may be JSON by its header. One that says nothing is looked at; one that says something else is believed.
    var saysJSON: Bool {
        guard let contentType else { return true }
        let type = contentType.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        return type == "application/json" || type == "text/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
}

/// What an answer means for us. Mews' own words are: 200 with a JSON object, 204 without a body, and errors with its error body
/// (`Message`, `RequestId`, `Details`). Everything else, whatever its status, was said by something that stands between.
enum AnswerReading {
    /// Longest wait that something in between may ask for: it does not know what a clerk waits for.
    static let longestForeignWait: Duration = .seconds(30)

    /// - Parameter secrets: texts that must not leave in a sentence, wherever Mews may have quoted them.
    /// - Returns: `nil` for an answer whose body can be looked into.
    static func problem(_ answer: Answer, of operation: MewsOperation, now: Date, hiding secrets: [String] = []) -> MewsProblem? {
        let wait = RetryAfter.parse(answer.retryAfter, now: now)
        switch answer.status {
        case 200:
            return answer.saysJSON && !answer.body.isEmpty ? nil : foreign(answer, of: operation, wait)
        case 204:
            // Documented for operations that give nothing back; a list cannot be empty in this way.
            return answer.body.isEmpty && operation.givesNothingBack ? nil : foreign(answer, of: operation, wait)
        default:
            guard let body = errorBody(answer) else { return foreign(answer, of: operation, wait) }
            return problem(answer, body, of: operation, wait, hiding: secrets)
        }
    }

    /// An answer with a promising head whose body is not what was asked for.
    static func unreadable(_ answer: Answer, of operation: MewsOperation) -> MewsProblem { foreign(answer, of: operation, nil) }

    private static func problem(
        _ answer: Answer, _ body: ErrorBody, of operation: MewsOperation, _ wait: Duration?, hiding secrets: [String]
    ) -> MewsProblem {
        let said = message(body, hiding: secrets)
        let request = (answer.requestID ?? body.requestID).map { " [request \(Notes.plain($0, upTo: 64))]" } ?? ""
        func problem(_ kind: MewsProblem.Kind, _ start: String, _ advice: String) -> MewsProblem {
            MewsProblem(kind: kind, sentence: Notes.plain("\(start)\(said.map { " (\"\($0)\")" } ?? ""): \(advice)\(request)"))
        }
        let call = operation.rawValue
        let refused = MewsProblem.Kind.refused(status: answer.status)
        return switch answer.status {
        case 401:
            problem(.unauthorised, "Mews refuses the tokens", "check the token files, and in Mews that the integration is enabled")
        case 403:
            problem(
                refused, "Mews does not allow \(call)",
                operation.isOfDoors
                    ? "ask the property to give the integration access to reservations and resource access tokens" : "see Mews' own words")
        case 404, 405:
            problem(.noSuchAddress, "Mews does not know the address of \(call), status \(answer.status)", "check connector.mews.api")
        case 408: problem(.tooMuch, "Mews took too long over \(call)", "it is tried again in smaller parts")
        case 413: problem(.tooMuch, "A request \(call) was too large", "it is tried again in smaller parts")
        case 409: problem(.doubtful(wait), "Data changed during \(call)", "it is read and tried again")
        case 425, 429: problem(.later(wait), "Mews asks for fewer requests", "the bridge waits")
        case 500...599: problem(.doubtful(wait), "Mews has a fault of its own, status \(answer.status)", "the bridge tries again")
        default:
            problem(
                refused, "Mews refuses \(call), status \(answer.status)",
                operation.isOfDoors ? "it is tried again, less and less often" : "this is not tried again")
        }
    }

    // MARK: Whose answer it is

    /// `nil` if Mews did not write it. Mews speaks none of the statuses by which proxies and portals ask for a login, and redirects nobody.
    private static func errorBody(_ answer: Answer) -> ErrorBody? {
        guard (400...599).contains(answer.status), answer.status != 407, answer.status != 511, answer.saysJSON else { return nil }
        guard let body = try? JSONDecoder().decode(ErrorBody.self, from: answer.body), body.isWrittenByMews else { return nil }
        return body
    }

    private static func foreign(_ answer: Answer, of operation: MewsOperation, _ wait: Duration?) -> MewsProblem {
        let type = answer.contentType.map { Notes.plain(String($0.prefix { $0 != ";" }), upTo: 40) }
        let what = answer.body.isEmpty ? "an empty body" : type ?? "a body that is not Mews'"
        let advice =
            switch answer.status {
            case 407: "a proxy wants a login: let this machine pass without one"
            case 300...399, 511: "the network wants a login: open a web page on this machine's network, or ask for an exception"
            default: "look for a proxy or a login page of the network, and check connector.mews.api"
            }
        // A wait that is asked for by "too many requests" is the front door's of Mews itself, more likely than not.
        let longest = answer.status == 429 ? RetryAfter.longest : longestForeignWait
        return MewsProblem(
            kind: .foreign(wait.map { min($0, longest) }),
            sentence: Notes.plain(
                "Something that is not Mews answers \(operation.rawValue) in its place (status \(answer.status), \(what)): \(advice); "
                    + "the bridge keeps what it has to say and tries again"))
    }

    private static func message(_ body: ErrorBody, hiding secrets: [String]) -> String? {
        guard var message = body.message else { return nil }
        for secret in secrets where !secret.isEmpty { message = message.replacingOccurrences(of: secret, with: "(token)") }
        message = Notes.plain(message, upTo: 200)
        return message.isEmpty ? nil : message
    }
}
