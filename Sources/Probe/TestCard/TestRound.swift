// SPDX-License-Identifier: Apache-2.0
import Console
import DriverKit
import EncoderModel
import Foundation

/// The guided loop of `probe --test-card`: put a card on, it is looked at, written, read back and made blank again; take it away.
package struct TestRound: Sendable {
    /// One card's outcome.
    package struct Outcome: Sendable {
        var lines: [String] = []
        package var isGood = false
    }

    /// Why an encoder has no test of cards; `nil`: it has.
    package static func objection(to manifest: DriverManifest) -> String? {
        if manifest.kind == .lockMaker {
            return "\(manifest.name): the lock system of this encoder makes the cards itself, so the bridge has no test card for it."
                + " Order a key for a room that nobody has, and try it at the door."
        }
        if !manifest.capabilities.contains(.read) {
            return "\(manifest.name): this encoder cannot read, so a guest's card could not be told from a blank one."
        }
        return nil
    }

    let say: @Sendable (String) -> Void

    package init(say: @escaping @Sendable (String) -> Void) { self.say = say }

    /// One card through all steps. A card that is not free is not touched.
    /// - Parameter erases: whether the encoder can make a card blank again.
    package func card<Bench: CardBench>(on bench: Bench, erases: Bool) async throws(Bench.Trouble) -> Outcome {
        var outcome = Outcome()
        func line(_ text: String, _ took: Duration? = nil) {
            let time =
                took.map { "  \($0.formatted(.units(allowed: [.seconds, .milliseconds], width: .narrow, fractionalPart: .hide)))" } ?? ""
            let whole = "  " + text.padded(44) + time
            outcome.lines.append(whole)
            say(whole)
        }
        say("Put a blank card, or the card of an earlier test, on the encoder.")
        let start = ContinuousClock.now
        let first = try await bench.read()
        line("read" + (first.card?.technology.map { " (\($0))" } ?? ""), .now - start)
        let image: CardImage
        switch TestImage.verdict(on: first) {
        case .foreign(let why):
            line("NOT TOUCHED: this card is not blank, \(why)")
            return outcome
        case .free(let free): image = free
        }
        if case .magnetic = image { say("Swipe the same card again: it is written.") }
        let write = ContinuousClock.now
        let receipt = try await bench.write(image)
        line("written: \(image)" + (receipt.verified ? ", verified" : ""), .now - write)
        if case .magnetic = image { say("Swipe it again: it is read back.") }
        let back = ContinuousClock.now
        let again = try await bench.read()
        outcome.isGood = TestImage.holds(again.image, image)
        line(outcome.isGood ? "read back: the same" : "READ BACK: DIFFERENT", .now - back)
        if erases {
            if case .magnetic = image { say("Swipe it again: it is made blank.") }
            let erase = ContinuousClock.now
            try await bench.erase()
            line("made blank again", .now - erase)
        }
        line(outcome.isGood ? "GOOD: the encoder writes and reads." : "BAD: try another card, then clean the encoder's head or antenna.")
        say("Take the card away.")
        return outcome
    }
}
