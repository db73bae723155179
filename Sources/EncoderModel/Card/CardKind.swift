// SPDX-License-Identifier: Apache-2.0

/// What a lock maker's encoder says a card is. The raw value stands under `kind` in a reading, for programs; people get ``Words``.
public enum CardKind: String, Sendable, CaseIterable {
    case guest = "guest key"
    case staff = "staff card"
    case spare = "spare guest key"
    case over = "guest key that is no longer valid"
    case strange = "card that is not known here"

    /// What a clerk reads of it; `nil` for a guest's key, of which rooms and times say more.
    public var key: WordKey? {
        switch self {
        case .guest: nil
        case .staff: .cardKindStaff
        case .spare: .cardKindSpare
        case .over: .cardKindOver
        case .strange: .cardKindStrange
        }
    }
}
