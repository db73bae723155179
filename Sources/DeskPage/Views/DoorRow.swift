// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// One reservation at one door, as the clerk sees it: a dot with its sign, and one sentence. No code.
struct DoorRow {
    /// More than these make a page that nobody reads; what needs a person comes first.
    static let most = 60

    var door: String
    var reservation: String
    var until: String
    var look: String
    /// The sign in the dot, for those who do not see colours.
    var sign: String
    var say: String

    init(_ door: AccessStatus.Door, _ facts: DeskFacts, _ words: Words) {
        self.door = door.door
        reservation = door.reservation
        until = facts.time(door.until)
        look = door.look.rawValue
        sign =
            switch door.look {
            case .good: "✓"
            case .wait: "…"
            case .bad: "!"
            }
        let lock = facts.access?.locks.first { $0.name == door.lock }
        let isAway = lock.map { !$0.isOnline } ?? false
        say =
            switch (door.look, door.state) {
            case (_, "card"): words(.pageCardOpens)
            case (_, "no-card"): words(.pageCardMissing)
            case (_, "overdue"): words(.pageCodeOverdue)
            case (.good, _): words(door.isBackup ? .pageCodeBackup : .pageCodeWorks)
            case (.wait, _): words(.pageCodeComing)
            case (.bad, _): words(.pageCodeMissing)
            }
        if isAway { say = "\(say) (\(words(.pageLockOffline)))" }
    }
}
