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
    public var trustedNow: Date? { clock.isTold || source == nil && !clock.isDoubtful ? now() : nil }

    /// Whether doors go by the PMS' time, and not by this machine's.
    private var goesByPMS: Bool { clock.isTold && source?.tellsTime == true }

    /// Somebody may have set this machine's clock.
    func lookAtClock() async {
        let before = now()
        guard let seconds = clock.look(wall: time.now(), uptime: time.uptime()) else { return }
        let hasMoved = abs(now().timeIntervalSince(before)) >= AccessClock.smallestStep
        let by = hasMoved ? "it" : goesByPMS ? "the PMS' time" : "the time of before"
        say("This machine's clock was set \(Self.words(seconds)): door codes go on by \(by).")
        // Its network has set it right: nothing may wait for a moment of before.
        if hasMoved { await step([.clockTold(wasSet: true)]) }
    }

    /// The PMS told its time.
    func take(_ theirs: Date) async {
        let isFirst = !clock.isTold
        let wrong = clock.told(theirs, uptime: time.uptime())
        guard isFirst || wrong != nil else { return }
        if let wrong {
            say(
                "Door codes went by a clock that was \(Self.words(-wrong)): they go by \(goesByPMS ? "the PMS' time" : "this machine's clock") now."
            )
            tokensInDoubt.formUnion(machine.map { Set($0.grants.values.map(\.stay)) } ?? [])
            tokenBell.yield()
        }
        await step([.clockTold(wasSet: wrong != nil)])
    }

    /// So long after a start this machine's clock is taken to be right where no PMS tells a better time: its network has set it by then.
    private static let wallCounts: Duration = .seconds(longestDoubt)

    /// Where the source tells no time this machine's clock is all there is: it counts for good once it had time to be set right.
    func takeWallClock() async {
        guard let source, !source.tellsTime, !clock.isTold, time.uptime() - loadedAt >= Self.wallCounts,
            let wall = clock.wall(at: time.uptime())
        else { return }
        await take(wall)
    }

    /// What no longer counts would stay in memory for as long as the bridge runs.
    func forget() {
        guard let now = trustedNow else { return }
        guard abs(now.timeIntervalSince(forgotAt ?? .distantPast)) > 3600 else { return }
        forgotAt = now
        machine?.forget(before: now.addingTimeInterval(-CodeIssuer.memory))
    }

    /// More than this between the clocks is worth a row: whoever reads a log or a card goes by this machine's.
    private static let worthARow: TimeInterval = 60

    var clockProblem: HealthProblem? {
        let ahead = clock.wallIsAhead
        guard abs(ahead) >= Self.worthARow else { return nil }
        return HealthProblem(
            .clock, subject: "door codes",
            "this machine's clock is \(Self.words(ahead)) of the time that door codes go by\(goesByPMS ? ", the PMS'" : ""): "
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
