// SPDX-License-Identifier: Apache-2.0

/// Why a request did not give what was asked for, sorted by what to do about it.
struct MewsProblem: Error, Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// The tokens are not (or no longer) valid: stop, a person must act.
        case unauthorised
        /// Mews understood and says no: do not ask again.
        case refused(status: Int)
        /// The request is too large or too slow for Mews: ask for less. Its outcome is not known.
        case tooMuch
        /// Mews knows nothing at the address.
        case noSuchAddress
        /// Not now. Mews has not looked at the request.
        case later(Duration?)
        /// Not now, and Mews may have carried the request out.
        case doubtful(Duration?)
        /// The answer is not Mews' own: a captive portal, a proxy or the like spoke in its place. Whether Mews has seen the request is
        /// not known, and nothing that the answer says is believed.
        case foreign(Duration?)
    }

    var kind: Kind
    /// One sentence for the status page and the log, with what to do where we know it.
    var sentence: String

    /// Whether a later try of the same request may go better.
    var isPassing: Bool {
        switch kind {
        case .later, .doubtful, .tooMuch, .noSuchAddress, .foreign: true
        case .unauthorised, .refused: false
        }
    }

    /// Whether it may be this one request's trouble, while others fare well.
    var mayBeOfOneRequest: Bool {
        switch kind {
        case .doubtful, .tooMuch, .foreign, .refused: true
        case .later, .noSuchAddress, .unauthorised: false
        }
    }

    /// The wait that the answer asks for.
    var wait: Duration? {
        switch kind {
        case .later(let wait), .doubtful(let wait), .foreign(let wait): wait
        default: nil
        }
    }
}
