// SPDX-License-Identifier: Apache-2.0

/// How long anybody waits for anything, in one place.
///
/// A PMS gives up on a key 20 s after the card was asked for (``promise``), and a clerk stands there all the time. So, from the prompt:
///
///     busy 8 s (with the question whether the encoder is at rest, 5 s of them)  or  nothing, where the encoder is free
///     + answer 18 s, but never beyond the promise                              = 20 s at most a card
///
/// and before the prompt: grace 12 s for an encoder that is not there. What a site sets itself (`answerTimeout`, `cardTimeout`,
/// `swipeTimeout`) counts instead of `answer`, and the promise grows with it. ``lateAnswer`` is nobody's wait: it is how long an
/// encoder may still surprise, and an order that comes meanwhile keeps the promise all the same.
public struct Patience: Sendable, Hashable {
    /// From the prompt to the end of one card.
    public var promise: Duration
    /// Orders wait so long for an encoder that is not there.
    public var grace: Duration
    /// An encoder that says "busy" is asked again for so long, from the prompt on.
    public var busy: Duration
    /// Between two such questions.
    public var busyPause: Duration
    /// For the question whether an encoder that left an order unanswered is at rest (`isAtRest` of its driver).
    public var rest: Duration
    /// A card, with the time to put it on, where the site says nothing else.
    public var answer: Duration
    /// After a damaged frame that cannot be asked for again, a good one is waited for.
    public var afterDamage: Duration
    /// An encoder that missed an acknowledgement says its answer again within this time.
    public var repetition: Duration
    /// After an unanswered order, where the site says nothing else.
    public var lateAnswer: Duration
    /// Once the bridge is to stop, an order that is out has so long to be answered: a card that is being written is finished by then.
    public var lastWord: Duration

    public init(
        promise: Duration = .seconds(20), grace: Duration = .seconds(12), busy: Duration = .seconds(8), busyPause: Duration = .seconds(1),
        rest: Duration = .seconds(5), answer: Duration = .seconds(18), afterDamage: Duration = .seconds(2),
        repetition: Duration = .seconds(5), lateAnswer: Duration = .seconds(60), lastWord: Duration = .seconds(4)
    ) {
        self.promise = promise
        self.grace = grace
        self.busy = busy
        self.busyPause = busyPause
        self.rest = rest
        self.answer = answer
        self.afterDamage = afterDamage
        self.repetition = repetition
        self.lateAnswer = lateAnswer
        self.lastWord = lastWord
    }

    public static let standard = Patience()

    /// What the promise keeps behind the wait for a card: a card that comes in its last moment is written in it, an order that no card
    /// came for is taken back.
    public var margin: Duration { promise - answer }

    /// The promise of one card where the encoder may take `site` for it.
    public func promise(forAnswerWithin site: Duration) -> Duration { max(promise, site + margin) }
}
