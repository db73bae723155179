// SPDX-License-Identifier: Apache-2.0

/// How an encoder tells of cards that come and go.
public enum PresenceWatch: Sendable, Hashable {
    /// It cannot.
    case none
    /// It is asked with `lookForCard` of its driver, so often.
    case polled(every: Duration)
    /// It says so by itself; `card(in:)` of its driver reads it. Where that says `unknown`, it is asked.
    case told
}
