// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import HTTPTypes

/// Every problem that is about the request rather than about a key, in one place: docs/http-api.md lists them.
extension Problem {
    static func malformedRequest(_ detail: String) -> Problem {
        Problem("malformedRequest", "Malformed request", .badRequest, detail, .problemNotUnderstood)
    }

    static func invalidOrder(_ detail: String) -> Problem {
        Problem("invalidOrder", "Invalid key order", .badRequest, detail, .problemNotUnderstood)
    }

    static let confirmationNeeded = Problem(
        "confirmationNeeded", "Confirmation needed", .badRequest,
        "Erasing destroys what is on the card: send {\"confirm\":\"erase\"} as the body if that is what you want.")

    static func tokenNeeded(_ detail: String) -> Problem {
        Problem("tokenNeeded", "Token needed", .unauthorized, detail, .pageTokenWhy).with(
            .wwwAuthenticate, "Bearer realm=\"encoder-bridge\"")
    }

    static let unknownToken = Problem(
        "unknownToken", "Unknown token", .unauthorized,
        "This token is not in the tokens file: compare the two, and restart or reload the bridge after a change.", .pageTokenWrong
    ).with(.wwwAuthenticate, "Bearer realm=\"encoder-bridge\", error=\"invalid_token\"")

    static func tooManyTries(seconds: Int) -> Problem {
        Problem(
            "tooManyTries", "Too many tries", .tooManyRequests,
            "Too many requests came with an unknown token: correct the token and try again in \(seconds) s.", .problemTooFast
        ).with(.retryAfter, String(seconds))
    }

    static let noTokens = Problem(
        "noTokens", "No tokens configured", .forbidden,
        "Without a tokens file this endpoint only answers questions: name a file in endpoint.tokensFile, make a token with "
            + "`encoder-bridge token add NAME --scope write` and restart the bridge.", .problemOnlyLook)

    static let emptyTokensFile = Problem(
        "noTokens", "No tokens configured", .forbidden,
        "The tokens file has no token in it, so nobody is let in: make one with `encoder-bridge token add NAME --scope write` "
            + "and do what it says.", .pageTokenWrong)

    static func readOnlyToken(_ name: String) -> Problem {
        Problem(
            "readOnlyToken", "Token may only read", .forbidden,
            "The token \(name) may only read: use a token with the scope write.", .problemOnlyLook)
    }

    static func otherEncoder(_ name: String) -> Problem {
        Problem(
            "otherEncoder", "Token is for other encoders", .forbidden,
            "The token \(name) is bound to other encoders: use one of this encoder, or one that is bound to none.", .problemOtherDesk)
    }

    static func tooManyChanges(seconds: Int) -> Problem {
        Problem(
            "tooManyChanges", "Too many requests", .tooManyRequests,
            "This client asks for more than \(Int(WriteBudget.perSecond)) changes a second: look for a loop in it, and try again in \(seconds) s.",
            .problemTooFast
        ).with(.retryAfter, String(seconds))
    }

    static let foreignOrigin = Problem(
        "foreignOrigin", "Foreign origin", .forbidden,
        "Web pages of other origins may not use this endpoint: let the page's own server talk to it.")

    static let misdirected = Problem(
        "misdirected", "Misdirected request", .misdirectedRequest,
        "This endpoint answers to localhost, 127.0.0.1 and [::1] only: use one of these as the host.")

    static let notFound = Problem(
        "notFound", "Nothing here", .notFound, "There is nothing at this path: look for the right one in docs/http-api.md.")

    static func methodNotAllowed(allowed: String) -> Problem {
        Problem("methodNotAllowed", "Method not allowed", .methodNotAllowed, "Here only these methods work: \(allowed).")
            .with(.allow, allowed)
    }

    static let unknownEncoder = Problem(
        "unknownEncoder", "Unknown encoder", .notFound,
        "There is no encoder of this name in the configuration: GET /v1/encoders lists them.", .problemNoEncoder)

    static let unknownJob = Problem(
        "unknownJob", "Unknown job", .notFound, "There is no job with this id: it never was, or it is older than what the journal keeps.",
        .problemNoOrder)

    static let unknownGrant = Problem(
        "unknownGrant", "Unknown grant", .notFound, "There is no grant with this id: GET /v1/access/grants lists them.")

    static let grantIsOver = Problem(
        "grantIsOver", "Grant is over", .conflict, "This code was removed: there is nothing to try again.")

    static func retriedBefore(seconds: Int) -> Problem {
        Problem(
            "retriedBefore", "Tried a moment ago", .tooManyRequests,
            "A lock needs time: it was tried less than two minutes ago, press again in \(seconds) s."
        ).with(.retryAfter, String(seconds))
    }

    static func accessStore(_ fault: GrantStoreFault) -> Problem {
        Problem("journal", "Journal not available", .serviceUnavailable, fault.description, .problemNoMemory)
    }

    static let notJSON = Problem(
        "notJSON", "Not JSON", .unsupportedMediaType, "Send the order as `Content-Type: application/json`, not compressed.",
        .problemNotUnderstood)

    static let tooLarge = Problem(
        "tooLarge", "Too large", .contentTooLarge, "The body has more than \(RequestLimits.body / 1024) KiB: no key order is that large.",
        .problemNotUnderstood)

    static let keyReused = Problem(
        "keyReused", "Idempotency-Key used before", .unprocessableContent,
        "This Idempotency-Key already stands for another order: use a new key for a new order.", .problemSentBefore)

    static let tooLateToCancel = Problem(
        "tooLateToCancel", "Too late to cancel", .conflict, "The encoder has the order already: take the card off or let it finish.",
        .problemTooLate)

    static let alreadyEnded = Problem(
        "alreadyEnded", "Already ended", .conflict, "The job had ended before: look at its state.", .problemEnded)

    static func journal(_ fault: JournalFault) -> Problem {
        Problem("journal", "Journal not available", .serviceUnavailable, fault.description, .problemNoMemory)
    }

    static let notKeptYet = Problem(
        "journal", "Journal not available", .serviceUnavailable,
        "The disk does not answer, so nobody knows yet whether this is kept: send it again with the same Idempotency-Key, or look at "
            + "GET /v1/jobs, before anything is ordered anew.", .problemNotKeptYet
    ).with(.retryAfter, "10")

    static let tooManyStreams = Problem(
        "tooManyStreams", "Too many event streams", .serviceUnavailable,
        "\(RequestLimits.eventStreams) clients listen to events already: close some of them.", .problemTooFast
    ).with(.retryAfter, "30")

    static let stopping = Problem(
        "stopping", "Stopping", .serviceUnavailable, "The bridge is being stopped: try again when it runs.", .problemRestarting
    ).with(.retryAfter, "5")

    static let internalError = Problem(
        "internal", "Internal error", .internalServerError, "The bridge made a mistake: its log has the reason, please report it.")

    /// The same problem with a job to show.
    func about(_ job: JobDocument) -> Problem {
        var problem = self
        problem.job = job
        problem.instance = "/v1/jobs/\(job.id)"
        return problem
    }
}
