// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation

/// The test of one card, as `probe --test-card` and the desk page do it: put a card on, it is looked at, written, read back and made blank
/// again; take it away.
package struct TestRound: Sendable {
    /// Something that was done, or found.
    package struct Step: Sendable, Hashable {
        package var text: String
        package var took: Duration?

        /// For a terminal.
        package var line: String {
            let time = took.map { "  \($0.formatted(.units(allowed: [.seconds, .milliseconds], width: .narrow, fractionalPart: .hide)))" }
            return "  " + text + String(repeating: " ", count: max(0, 44 - text.count)) + (time ?? "")
        }
    }

    package enum Verdict: String, Sendable, Encodable {
        case good, bad
        /// The card may be someone's.
        case notTouched
    }

    /// One card's outcome.
    package struct Outcome: Sendable {
        package var steps: [Step] = []
        package var verdict = Verdict.bad
        package var isGood: Bool { verdict == .good }
    }

    /// Why an encoder has no test of cards; `nil`: it has.
    package static func objection(to manifest: DriverManifest) -> String? {
        objection(to: manifest.name, manifest.kind, manifest.capabilities)
    }

    package static func objection(to name: String, _ kind: EncoderKind, _ capabilities: [EncoderCapability]) -> String? {
        if kind == .lockMaker {
            return "\(name): the lock system of this encoder makes the cards itself, so the bridge has no test card for it."
                + " Order a key for a room that nobody has, and try it at the door."
        }
        if !capabilities.contains(.read) {
            return "\(name): this encoder cannot read, so a guest's card could not be told from a blank one."
        }
        return nil
    }

    private let say: @Sendable (String) async -> Void
    private let did: @Sendable (Step) async -> Void
    private let time = Timekeeper.system

    /// - Parameter say: what a person must do now, and each step as a line.
    package init(say: @escaping @Sendable (String) async -> Void) { self.init(say: say, did: { await say($0.line) }) }

    /// - Parameters:
    ///   - say: what a person must do now.
    ///   - did: each step as it is done.
    package init(say: @escaping @Sendable (String) async -> Void, did: @escaping @Sendable (Step) async -> Void) {
        self.say = say
        self.did = did
    }

    /// One card through all steps. A card that is not free is not touched.
    /// - Parameter erases: whether the encoder can make a card blank again.
    package func card<Bench: CardBench>(on bench: Bench, erases: Bool) async throws(Bench.Trouble) -> Outcome {
        var outcome = Outcome()
        func done(_ text: String, since start: ContinuousClock.Instant? = nil) async {
            let step = Step(text: text, took: start.map { time.moment - $0 })
            outcome.steps.append(step)
            await did(step)
        }
        await say("Put a blank card, or the card of an earlier test, on the encoder.")
        let start = time.moment
        let first = try await bench.read()
        await done("read" + (first.card?.technology.map { " (\($0))" } ?? ""), since: start)
        let image: CardImage
        switch TestImage.verdict(on: first) {
        case .foreign(let why):
            outcome.verdict = .notTouched
            await done("NOT TOUCHED: this card is not blank, \(why)")
            return outcome
        case .free(let free): image = free
        }
        if case .magnetic = image { await say("Swipe the same card again: it is written.") }
        let write = time.moment
        let receipt = try await bench.write(image)
        await done("written: \(image)" + (receipt.verified ? ", verified" : ""), since: write)
        if case .magnetic = image { await say("Swipe it again: it is read back.") }
        let back = time.moment
        let again = try await bench.read()
        outcome.verdict = TestImage.holds(again.image, image) ? .good : .bad
        await done(outcome.isGood ? "read back: the same" : "READ BACK: DIFFERENT", since: back)
        // Another order may have come in between: what lies there now may be a guest's key.
        if erases, case .free = TestImage.verdict(on: again) {
            if case .magnetic = image { await say("Swipe it again: it is made blank.") }
            let erase = time.moment
            try await bench.erase()
            await done("made blank again", since: erase)
        }
        await done(
            outcome.isGood ? "GOOD: the encoder writes and reads." : "BAD: try another card, then clean the encoder's head or antenna.")
        await say("Take the card away.")
        return outcome
    }
}
