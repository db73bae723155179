// SPDX-License-Identifier: Apache-2.0

/// What a person should know of a key or a card beside how it went. ``Words`` say it in the hotel's language.
public enum Remark: Sendable, Hashable {
    /// Why a key ends later than was asked.
    public enum Delay: Sendable, Hashable {
        case clocksPutBack, wholeHours
    }

    /// The card on the encoder has a key of this order already.
    case usedCard
    /// The key of an earlier order was not taken away.
    case keyLeftBehind
    /// A card was written, and the second swipe that would have proven it did not come.
    case notChecked(copy: Int)
    /// Times as the hotel's clock shows them, with dates where these differ.
    case endsLater(given: String, asked: String, Delay)
    /// The lock system takes fewer doors on a key than were ordered.
    case doorsLeftOut(taken: [String], left: [String])
}

extension Words {
    public func callAsFunction(_ remark: Remark) -> String {
        switch remark {
        case .usedCard: self(.remarkUsedCard)
        case .keyLeftBehind: self(.remarkKeyLeftBehind)
        case .notChecked(let copy): self(.remarkNotChecked, ["copy": "\(copy)"])
        case .endsLater(let given, let asked, .clocksPutBack): self(.remarkClocksPutBack, ["given": given, "asked": asked])
        case .endsLater(let given, let asked, .wholeHours): self(.remarkWholeHours, ["given": given, "asked": asked])
        case .doorsLeftOut(let taken, let left):
            self(.remarkDoorsLeftOut, ["taken": taken.joined(separator: ", "), "left": left.joined(separator: ", ")])
        }
    }
}
