// SPDX-License-Identifier: Apache-2.0

/// How much of a card was read: what decides whether it may be someone's (`probe --test-card`), beside the words for people.
public enum CardContentState: String, Sendable, Hashable, Codable, CaseIterable {
    /// All of it was read, and nothing is on it.
    case blank
    /// All that its kind of card has for content was read.
    case whole
    /// Sectors with other keys, protected pages or tracks of another alphabet were left out.
    case partly
    /// It was read with errors.
    case damaged
}
