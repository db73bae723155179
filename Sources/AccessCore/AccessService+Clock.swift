// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation

/// The time that windows are judged by. Orders have the same rule (docs/decisions/0016): the PMS' time by a monotonic clock.
extension AccessService {
    /// The time that doors go by.
    func now() -> Date { clock.now(at: time.uptime()) }

    public func moment() -> Date { now() }

    /// The same, where it is known to be right: by it things are forgotten for good. `nil`: the PMS has not told its time yet.
    public var trustedNow: Date? {
        clock.isTold || source == nil && !clock.isDoubtful(at: time.uptime()) ? now() : nil
    }

    /// Somebody may have set this machine's clock.
    func lookAtClock() {
        guard let step = clock.look(wall: time.now(), uptime: time.uptime()) else { return }
        say(
            "This machine's clock was set \(Self.words(step)): door codes go on by \(clock.isTold ? "the PMS' time" : "the time of before")."
        )
    }

    /// The PMS told its time.
    func take(_ theirs: Date) async {
        let isFirst = !clock.isTold
        let wrong = clock.told(theirs, uptime: time.uptime())
        guard isFirst || wrong != nil else { return }
        if let wrong {
            say("Door codes went by a clock that was \(Self.words(-wrong)): they go by the PMS' time now.")
            tokensInDoubt.formUnion(machine.map { Set($0.grants.values.map(\.stay)) } ?? [])
            tokenBell.yield()
        }
        await step([.clockTold(wasSet: wrong != nil)])
    }

    /// More than this between the clocks is worth a row: whoever reads a log or a card goes by this machine's.
    private static let worthARow: TimeInterval = 60

    var clockProblem: HealthProblem? {
        let ahead = clock.wallIsAhead
        guard abs(ahead) >= Self.worthARow else { return nil }
        return HealthProblem(
            .clock, subject: "door codes",
            "this machine's clock is \(Self.words(ahead)) of the time that door codes go by\(clock.isTold ? ", the PMS'" : ""): "
                + "look at `timedatectl`; the codes are not moved by it")
    }

    /// `3 h ahead`, `90 s behind`.
    private static func words(_ seconds: TimeInterval) -> String {
        let amount = abs(seconds)
        let text =
            switch amount {
            case ..<180: "\(Int(amount.rounded())) s"
            case ..<10_800: "\(Int((amount / 60).rounded())) min"
            case ..<172_800: "\(Int((amount / 3600).rounded())) h"
            default: "\(Int((amount / 86_400).rounded())) days"
            }
        return "\(text) \(seconds < 0 ? "behind" : "ahead")"
    }
}
