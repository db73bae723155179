// SPDX-License-Identifier: Apache-2.0

/// What was to be done with a card, so that the advice names the right deed.
public enum Deed: Sendable, Hashable, CaseIterable {
    case cut, read, erase
    /// Reset, self-test and who it is: no card is involved.
    case other

    public init(_ errand: Errand) {
        switch errand {
        case .read: self = .read
        case .erase: self = .erase
        case .reset, .selfTest, .identify: self = .other
        }
    }
}

/// What a person does with a card at an encoder.
public enum CardGesture: String, Sendable, Codable, CaseIterable {
    /// Lays it on or puts it into the slot.
    case put
    /// Swipes it through by hand.
    case swipe
}
