// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What went out over a line, what was heard, and so what is known of the card. A value without clock and I/O. It alone turns that into
/// `untouched` or `unknown`; a driver says otherwise only where it has the encoder's own word.
public struct Ledger: Sendable {
    /// Orders that may still be answered, oldest first.
    public private(set) var questions: [OpenQuestion]
    /// The order in hand, in the keeper's words; `nil`: nobody will ask what became of it.
    public private(set) var order: String?
    /// The end of whatever is in hand, behind every limit of the driver's.
    public private(set) var deadline: ContinuousClock.Instant
    /// A command that may write a card has gone out since the last card was settled.
    public private(set) var mayHaveWritten = false
    /// Such a command went out and its answer is still to come.
    public private(set) var isUnanswered = false
    /// The wish to stop was passed to the driver, which takes the order back.
    var isWithdrawn = false
    /// The owner stops as soon as the order in hand is answered.
    var isStopping = false
    /// The port itself failed: nothing that was heard before matters.
    var lineIsLost = false
    /// Which card of which order was asked for last, and when that was first: asking again makes no new promise.
    private var prompt: (order: String?, copy: Int, at: ContinuousClock.Instant)?
    /// The end of the task as a whole, whatever was promised for a card of it.
    private let end: ContinuousClock.Instant
    private var bytesHeard = 0
    private var framesHeard = 0
    /// Whether the encoder said anything that could be read since the order or the question in hand began.
    public var hasHeard: Bool { framesHeard > 0 }
    /// An earlier order was answered since this one's card was asked for: that card may carry the earlier key.
    private var wasAnsweredLate = false
    private var isInDoubt = false

    /// - Parameter questions: what is open from before: an order of the process or the plug before this one.
    public init(questions: [OpenQuestion] = [], until deadline: ContinuousClock.Instant) {
        self.questions = questions
        self.deadline = deadline
        end = deadline
    }

    // MARK: The order in hand

    mutating func begin(_ order: String?, until deadline: ContinuousClock.Instant) {
        let (prompt, wasAnsweredLate) = order == nil ? (nil, false) : (self.prompt, self.wasAnsweredLate && order == self.order)
        self = Ledger(questions: questions, until: deadline)
        self.order = order
        self.prompt = prompt
        self.wasAnsweredLate = wasAnsweredLate
    }

    /// Card number `copy` is asked for: what happened to the one before is settled, and the time of the promise begins.
    mutating func asked(forCard copy: Int, at now: ContinuousClock.Instant, promise: Duration) {
        mayHaveWritten = false
        isUnanswered = false
        if prompt?.order != order || prompt?.copy != copy {
            prompt = (order, copy, now)
            wasAnsweredLate = false
        }
        deadline = min(deadline, (prompt?.at ?? now) + promise)
    }

    /// A person is asked for the same card once more, to verify it: what is known of it stays, and the time of a promise begins anew.
    mutating func askedAgain(at now: ContinuousClock.Instant, promise: Duration) { deadline = min(end, now + promise) }

    mutating func limit(to end: ContinuousClock.Instant) { deadline = min(deadline, end) }

    mutating func sending(_ effect: CommandEffect) {
        if effect == .writesCard { isUnanswered = true }
    }

    /// The owner has kept that a card may be written from now on.
    mutating func announced() { mayHaveWritten = true }

    mutating func answered() { isUnanswered = false }

    mutating func heard(bytes: Int) { bytesHeard += bytes }
    mutating func heardFrame() { framesHeard += 1 }

    // MARK: Open questions

    /// The order in hand ends without an answer that is surely its own.
    mutating func leaveOpen(until end: ContinuousClock.Instant) {
        guard isUnanswered, let order else { return }
        questions.append(OpenQuestion(order: order, until: end, isHandedOn: isInDoubt))
        isUnanswered = false
    }

    /// An errand ends without an answer: what the encoder still says of it must not be taken for an order's.
    mutating func leaveErrandOpen(until end: ContinuousClock.Instant) {
        questions.removeAll { $0.order == OpenQuestion.errand }
        questions.append(OpenQuestion(order: OpenQuestion.errand, until: end))
    }

    /// A frame came that belongs to no order in hand. The oldest unanswered one is its likely owner; whether the encoder will say it once
    /// more, nobody knows, so it stays on the list until `repetition`.
    /// - Returns: the question that it answers, for its trail; `nil` if all had their answer.
    mutating func heardLate(repetition: ContinuousClock.Instant) -> OpenQuestion? {
        guard let index = questions.firstIndex(where: { !$0.isAnswered }) else { return nil }
        questions[index].isAnswered = true
        wasAnsweredLate = true
        // While a card is read nothing tells the encoder's word on that from the answer that is still to come.
        if order != nil { questions[index].until = min(questions[index].until, repetition) }
        return questions[index]
    }

    /// The encoder has shown that nothing is in its hands.
    mutating func settle() { for index in questions.indices { questions[index].isSettled = true } }

    /// Whether an earlier order may still be in the encoder's hands, or be answered.
    func isQuestionOpen(at now: ContinuousClock.Instant) -> Bool { questions.contains { !$0.isSettled && $0.until > now } }

    mutating func forget(at now: ContinuousClock.Instant) { questions.removeAll { $0.until <= now } }

    // MARK: What is known

    /// What a fault of the line means for the card.
    func judged(_ fault: Fault) -> Fault {
        var fault = fault
        fault.card = mayHaveWritten ? .unknown : .untouched
        return fault
    }

    /// The fault that the order in hand ends with, once it is not tried again.
    public func ended(_ fault: Fault) -> Fault {
        guard wasAnsweredLate, fault.card == .untouched else { return fault }
        var fault = fault
        fault.card = .unknown
        return fault
    }

    /// An answer that came while another order's may still be due. It makes neither `done` nor `untouched`.
    mutating func doubt() -> Fault {
        isInDoubt = true
        return Fault(
            .timeout, card: mayHaveWritten ? .unknown : .untouched,
            detail: "an answer came, and it may be that of an earlier order which was not answered")
    }

    /// Where bytes came and none was an answer, speed or driver is wrong: another fault than silence, and another person's.
    func toldFromSilence(_ fault: Fault) -> Fault {
        guard [.timeout, .offline, .malformedReply].contains(fault.kind), !lineIsLost, framesHeard == 0 else { return fault }
        var fault = fault
        fault.heard = Heard(bytes: bytesHeard)
        guard fault.kind != .malformedReply, bytesHeard > 0 else { return fault }
        fault.kind = .malformedReply
        fault.detail = "\(bytesHeard) bytes came and none was an answer"
        return fault
    }
}
