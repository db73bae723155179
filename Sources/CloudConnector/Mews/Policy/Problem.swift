// SPDX-License-Identifier: Apache-2.0

/// Why a request did not give what was asked for, sorted by what to do about it.
struct Problem: Error, Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// The tokens are not (or no longer) valid: stop, a person must act.
        case unauthorised
        /// Mews understood and says no: do not ask again.
        case refused(status: Int)
        /// The request is too large or too slow for Mews: ask for less. Its outcome is not known.
        case tooMuch
        /// Nothing is at the address: the address is wrong, or a proxy answers for Mews.
        case noSuchAddress
        /// Not now. Mews has not looked at the request.
        case later(Duration?)
        /// Not now, and Mews may have carried the request out.
        case doubtful(Duration?)
    }

    var kind: Kind
    /// One sentence for the status page and the log, with what to do where we know it.
    var sentence: String

    /// Whether a later try of the same request may go better.
    var isPassing: Bool {
        switch kind {
        case .later, .doubtful, .tooMuch, .noSuchAddress: true
        case .unauthorised, .refused: false
        }
    }

    /// The wait that Mews asks for.
    var wait: Duration? {
        switch kind {
        case .later(let wait), .doubtful(let wait): wait
        default: nil
        }
    }
}
