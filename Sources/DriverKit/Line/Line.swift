// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing
import Ports

/// An open encoder: its driver, its port, its codec, and the ``Ledger`` of what went over it. The one home of the rules of a ``Link``:
/// late frames dropped before sending, time limits, what may be repeated, `writing` kept before a byte that writes a card, and whose
/// answer an answer is. It knows no job, no queue, no journal and no state; its ``LineKeeper`` does.
///
/// Runs on the executor of its port, so that an exchange changes no thread. One call at a time.
public actor Line<Driver: EncoderDriver>: Link {
    public typealias Frame = Driver.Codec.Frame
    typealias Instant = ContinuousClock.Instant

    nonisolated let executor: any SerialExecutor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    let driver: Driver
    public nonisolated let kind: PortKind
    nonisolated let port: any Port
    let keeper: any LineKeeper
    let watch: (any LineWatch)?
    let time: Timekeeper
    let patience: Patience
    var codec: Driver.Codec
    public internal(set) var ledger: Ledger
    /// An errand between two orders asks whether the encoder is at rest: only an answer that proves its order counts.
    var isAskingForRest = false
    /// A card that was asked for before the driver does.
    private var askedForCard: Int?
    /// Cards that the promise stands for, the one in hand included.
    private var cardsToCome = 1

    /// - Parameters:
    ///   - kind: of the port; a family may wrap its bytes by it.
    ///   - watch: is told of each frame that goes over the line.
    ///   - questions: orders that were not answered on an earlier line to the same encoder.
    public init(
        to driver: Driver, over port: any Port, kind: PortKind, on executor: any SerialExecutor, keeper: any LineKeeper,
        watch: (any LineWatch)? = nil, questions: [OpenQuestion] = [], time: Timekeeper = .system, patience: Patience = .standard
    ) {
        self.driver = driver
        self.port = port
        self.kind = kind
        self.executor = executor
        self.keeper = keeper
        self.watch = watch
        self.time = time
        self.patience = patience
        codec = driver.makeCodec(for: kind)
        ledger = Ledger(questions: questions, until: time.moment + .seconds(3600))
    }

    /// Opens a port and gives the line over it. Throws what ``PortSystem/open(_:line:on:)`` throws.
    public static func open(
        _ driver: Driver, at detected: DetectedPort, of ports: any PortSystem, on executor: any SerialExecutor, keeper: any LineKeeper,
        watch: (any LineWatch)? = nil, questions: [OpenQuestion] = [], time: Timekeeper = .system, patience: Patience = .standard
    ) async throws(Fault) -> Line {
        let port = try await ports.open(detected, line: driver.line, on: executor)
        return Line(
            to: driver, over: port, kind: detected.kind, on: executor, keeper: keeper, watch: watch, questions: questions, time: time,
            patience: patience)
    }

    /// Makes a wait look around for a reason to stop. From any thread.
    public nonisolated func wake() { port.wake() }

    /// Gives the port back. Harmless when called again.
    public nonisolated func close() { port.close() }

    // MARK: What an encoder is asked

    /// Asks the encoder who it is. Throws `malformedReply` where bytes came and no answer, to tell a wrong speed from silence.
    public func identify() async throws(Fault) -> EncoderIdentity {
        begin(nil, within: max(driver.timeLimit(for: .read), .seconds(30)))
        do throws(Fault) { return try await driver.identify(on: self) } catch { throw ledger.toldFromSilence(error) }
    }

    /// Asks whether the encoder hears, without waking it.
    public func listen() async throws(Fault) {
        begin(nil, within: driver.timeLimit(for: .read))
        try await driver.listen(on: self)
    }

    /// Asks which card lies there.
    public func lookForCard() async throws(Fault) -> CardPresence {
        begin(nil, within: driver.timeLimit(for: .read))
        return try await driver.lookForCard(on: self)
    }

    /// Does one task.
    /// - Parameter order: the owner's word for it, kept with an answer that stays away; `nil`: nobody will ask.
    public func perform(_ task: EncoderTask, as order: String?, progress: some TaskProgress) async throws(Fault) -> TaskResult {
        begin(order, within: driver.timeLimit(for: task))
        do throws(Fault) {
            return try await driver.perform(task, on: self, progress: LineProgress(line: self, base: progress))
        } catch {
            let end = time.moment + driver.lateAnswerWindow
            if error.card == .unknown { ledger.leaveOpen(until: end) }
            // A lock maker's encoder waits for the card of a reading as it does for that of a key.
            let isOpen = error.kind == .timeout || error.kind == .malformedReply || ledger.isWithdrawn
            if order == nil, isOpen, Driver.manifest.kind == .lockMaker { ledger.leaveErrandOpen(until: end) }
            throw error
        }
    }

    /// Makes sure that nothing of an earlier order can come any more, where something may: the encoder is asked. A lock maker's encoder may
    /// need the card for its answer, so it is asked for at once.
    /// - Parameter order: the order that is to come; it is for so many `cards`.
    /// - Returns: `false` where the encoder could not be made to say so: then no answer proves its order.
    /// - Throws: `busy` while it says that it has an order in hand; `offline` and `cancelled` as every exchange.
    public func isAtRest(before order: String, cards: Int, progress: some TaskProgress) async throws(Fault) -> Bool {
        begin(order, within: driver.promise)
        askedForCard = nil
        guard isQuestionOpen else { return true }
        if Driver.manifest.kind == .lockMaker {
            try await LineProgress(line: self, base: progress).waitingForCard(copy: 1, of: cards)
            askedForCard = 1
        }
        ledger.limit(to: time.moment + patience.rest)
        isAskingForRest = true
        defer { isAskingForRest = false }
        do throws(Fault) {
            guard try await driver.isAtRest(on: self) else { return false }
            ledger.settle()
            return true
        } catch {
            guard error.kind == .timeout || error.kind == .malformedReply else { throw error }
            return false
        }
    }

    private func begin(_ order: String?, within limit: Duration) {
        ledger.forget(at: time.moment)
        ledger.begin(order, until: time.moment + limit)
    }

    /// Whether that was said already; said once, the next time is another one.
    func hasAsked(forCard copy: Int) -> Bool {
        defer { askedForCard = nil }
        return askedForCard == copy
    }

    /// - Parameter remaining: cards that are still to be made, this one included: one order may stand for all of them.
    func asks(forCard copy: Int, remaining: Int) {
        cardsToCome = max(1, remaining)
        ledger.asked(forCard: copy, at: time.moment, promise: driver.promise * cardsToCome)
    }

    /// The card that was asked for last is asked for once more, to verify it.
    func asksAgain() { ledger.askedAgain(at: time.moment, promise: driver.promise * cardsToCome) }

    public var remaining: Duration { ledger.deadline - time.moment }
}
