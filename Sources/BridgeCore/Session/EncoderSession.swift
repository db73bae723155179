// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Logging
import Ports

/// Owns one encoder: its port, its state, its job in hand. Runs on a thread of its own beside the port, so that an exchange with
/// the encoder costs no thread hop. What to do is decided by ``SessionMachine``; this performs it.
public actor EncoderSession<Driver: EncoderDriver>: SessionControl {
    public nonisolated let name: EncoderName
    nonisolated let executor: any SerialExecutor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let driver: Driver
    let match: PortMatch
    let ports: any PortSystem
    let host: any SessionHost
    /// Where the content of cards comes from when an order brings none (raw encoders).
    let layout: (any CardPrinting)?
    let logger: Logger
    let time: Timekeeper
    let patience: Patience
    /// What went over the line last.
    nonisolated let trail: FrameTrail

    var machine = SessionMachine()
    /// The open encoder.
    var line: Line<Driver>?
    /// Events that wait for the run loop; what happened to the port while an exchange was under way.
    var inbox: [SessionMachine.Event] = []
    var sleeper: CheckedContinuation<Void, Never>?
    var nudged = false
    /// Orders that may still be answered, while no line is open: the encoder behind a pulled adapter may have kept its power and its order.
    var questions: [OpenQuestion] = []
    var keptQuestions: [OpenQuestion] = []
    /// The job that the line works on; `nil` for errands and questions.
    var inHand: JobID?
    /// What a person at the encoder was asked to do last for it.
    var prompt: String?
    var lastSeen: Date?
    var lastFault: DatedFault?
    var card = CardPresence.unknown
    var watch = IdleWatch()
    var errand: PendingErrand?
    /// Finished cards of the job in hand, those from before a restart among them.
    var finished: [Receipt] = []
    /// Serial number of the key that was made last, until it is seen to have left.
    var keyLeft: String?
    private(set) var hasStopped = false

    public init(
        name: EncoderName, driver: Driver, match: PortMatch, ports: any PortSystem, host: any SessionHost,
        layout: (any CardPrinting)? = nil, logger: Logger, time: Timekeeper = .system, patience: Patience = .standard
    ) {
        self.name = name
        self.driver = driver
        self.match = match
        self.ports = ports
        self.host = host
        self.layout = layout
        self.logger = logger
        self.time = time
        self.patience = patience
        trail = FrameTrail(now: time.now)
        executor = ports.makeExecutor(name: name.text)
    }

    // MARK: From outside

    public func post(_ event: SessionMachine.Event) {
        inbox.append(event)
        wakeUp()
    }

    public nonisolated var frames: [LineFrame] { trail.frames }
    public nonisolated var lineErrors: Int { trail.errors }

    public func nudge() {
        nudged = true
        wakeUp()
    }

    func wakeUp() {
        line?.wake()
        sleeper?.resume()
        sleeper = nil
    }

    // MARK: The run loop

    public func run() async {
        await publish()
        // Whether it was taken away while no bridge looked nobody knows: if it lies there, it is not touched before somebody has moved it.
        if Driver.manifest.kind == .raw { keyLeft = await host.lastKey(of: name) }
        await withTaskCancellationHandler {
            while !Task.isCancelled { await turn() }
        } onCancel: {
            Task { await self.nudge() }
        }
        await closeLine()
        // By the clock that nobody sets; whoever comes after this session has only the other one.
        questions.removeAll { $0.until <= time.moment }
        await keepQuestions()
        hasStopped = true
        refuseErrand(Self.stopping)
    }

    private func turn() async {
        if !inbox.isEmpty {
            await handle(inbox.removeFirst())
        } else if case .ready = machine.state {
            nudged = false
            if let job = await host.nextJob(for: name) {
                // Keys come first, and an errand is done now or not at all.
                refuseErrand(Fault(.busy, detail: "a key is being cut"))
                await handle(.jobBegan(job.id))
                let lineLost = await cut(job)
                watch.taskEnded(at: time.moment)
                await handle(.jobEnded(lineLost: lineLost))
            } else if let pending = errand {
                await run(pending)
            } else if inbox.isEmpty, !nudged {
                await listen()
            }
        } else if errand != nil {
            refuseErrand(notReady)
        } else {
            await sleep()
            nudged = false
        }
    }

    /// Until somebody has something to say. Whether that is so already is asked where the sleeper lies down: on an executor of our own the
    /// call of `withCheckedContinuation` lets others in before its body runs, and what they say then would wake nobody.
    private func sleep() async {
        await withCheckedContinuation { continuation in
            if inbox.isEmpty, errand == nil, !nudged { sleeper = continuation } else { continuation.resume() }
        }
    }

    func handle(_ event: SessionMachine.Event) async {
        logger.trace("\(event)", metadata: ["encoder": "\(name)"])
        for action in machine.handle(event) {
            switch action {
            case .open(let detected): await open(detected)
            case .identify: await identify()
            case .close:
                await closeLine()
                if card != .unknown {
                    card = .unknown  // shown by the publication that follows, together with the state
                    await host.sighted(.unknown, on: name)
                }
            case .retry(let wait, let attempt):
                Task {
                    try? await time.sleep(wait)  // cancelled only with the process
                    self.post(.retryDue(attempt: attempt))
                }
            case .fault(let fault): show(fault)
            case .well: lastFault = nil
            case .publish: await publish()
            }
        }
    }

    private func open(_ detected: DetectedPort) async {
        do throws(Fault) {
            line = try await Line.open(
                driver, at: detected, of: ports, on: executor, keeper: self, watch: trail, questions: questions, time: time,
                patience: patience)
            await handle(.opened)
        } catch {
            await handle(.openFailed(error))
        }
    }

    private func closeLine() async {
        guard let line else { return }
        questions = await line.ledger.questions
        line.close()
        self.line = nil
    }

    private func identify() async {
        guard let line else { return }
        inHand = nil
        do throws(Fault) {
            let identity = try await line.identify()
            // A family may have nothing to ask: an open port is no encoder.
            if await line.ledger.hasHeard { lastSeen = time.now() }
            watch = IdleWatch(presence: driver.presence, healthCheck: driver.healthCheck, from: time.moment)
            await handle(.identified(identity))
        } catch {
            await handle(.identifyFailed(error))
        }
    }

    /// Ready and nothing to do: wait for bytes nobody asked for, a hang-up, a wake, or the next look for a card. Costs nothing while
    /// nothing happens, unless the encoder must be asked for its cards.
    private func listen() async {
        guard let line else { return }
        do throws(Fault) {
            switch watch.due(at: time.moment) {
            case .look?: try await look(line)
            case .health?: try await checkHealth(line)
            case nil: _ = try await line.idle(until: watch.next)
            }
        } catch {
            await handle(.lineLost(error))
        }
    }

    func publish() async {
        await host.changed(status())
        logger.info("encoder \(machine.encoderState.rawValue)", metadata: ["encoder": "\(name)"])
    }

    func show(_ fault: Fault) {
        lastFault = DatedFault(at: time.now(), fault: fault)
        logger.warning(
            "\(fault.kind.technicianAdvice)",
            metadata: ["encoder": "\(name)", "fault": "\(fault.kind.code)", "detail": "\(fault.detail ?? "")"])
    }

    func status() -> EncoderStatus {
        EncoderStatus(
            name: name, state: machine.encoderState, driver: Driver.manifest.name, kind: Driver.manifest.kind,
            port: PortStatus(match: match.description, address: machine.port?.address, strength: machine.port.map { _ in match.strength }),
            identity: machine.identity, capabilities: driver.capabilities, gesture: Driver.manifest.gesture, card: card,
            currentJob: machine.currentJob,
            lastSeen: lastSeen,
            lastFault: lastFault)
    }
}
