// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Logging

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

    var machine = SessionMachine()
    var codec: Driver.Codec
    var port: (any DriverKit.Port)?
    /// Events that wait for the run loop; what happened to the port while an exchange was under way.
    var inbox: [SessionMachine.Event] = []
    var sleeper: CheckedContinuation<Void, Never>?
    var nudged = false
    var openQuestion: OpenQuestion?
    /// What the link knows of the job in hand.
    var order = OrderInHand()
    var lastSeen: Date?
    var lastFault: DatedFault?
    var shownFault: Fault?
    var card = CardPresence.unknown
    var watch = IdleWatch()
    var errand: PendingErrand?
    /// Finished cards of the job in hand, those from before a restart among them.
    var finished: [Receipt] = []
    private(set) var hasStopped = false

    public init(
        name: EncoderName, driver: Driver, match: PortMatch, ports: any PortSystem, host: any SessionHost,
        layout: (any CardPrinting)? = nil, logger: Logger
    ) {
        self.name = name
        self.driver = driver
        self.match = match
        self.ports = ports
        self.host = host
        self.layout = layout
        self.logger = logger
        codec = driver.makeCodec(for: .tty)
        executor = ports.makeExecutor(name: name.text)
    }

    // MARK: From outside

    public func post(_ event: SessionMachine.Event) {
        inbox.append(event)
        wakeUp()
    }

    public func nudge() {
        nudged = true
        wakeUp()
    }

    public func mayStillAnswer(_ job: JobID) {
        openQuestion = OpenQuestion(job: job, until: .now + driver.lateAnswerWindow)
    }

    func wakeUp() {
        port?.wake()
        sleeper?.resume()
        sleeper = nil
    }

    // MARK: The run loop

    public func run() async {
        await publish()
        await withTaskCancellationHandler {
            while !Task.isCancelled { await turn() }
        } onCancel: {
            Task { await self.nudge() }
        }
        port?.close()
        port = nil
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
                watch.taskEnded(at: .now)
                await handle(.jobEnded(lineLost: lineLost))
            } else if let pending = errand {
                await run(pending)
            } else if inbox.isEmpty, !nudged {
                await listen()
            }
        } else if errand != nil {
            refuseErrand(notReady)
        } else if !nudged {
            await withCheckedContinuation { sleeper = $0 }
        } else {
            nudged = false
        }
    }

    func handle(_ event: SessionMachine.Event) async {
        for action in machine.handle(event) {
            switch action {
            case .open(let detected): await open(detected)
            case .identify: await identify()
            case .close:
                port?.close()
                port = nil
                codec.reset()  // an open question stays: the encoder behind a pulled adapter may have kept its power and its order
                if card != .unknown {
                    card = .unknown  // shown by the publication that follows, together with the state
                    await host.sighted(.unknown, on: name)
                }
            case .retry(let wait, let attempt):
                Task {
                    try? await Task.sleep(for: wait)  // cancelled only with the process
                    self.post(.retryDue(attempt: attempt))
                }
            case .publish: await publish()
            }
        }
    }

    private func open(_ detected: DetectedPort) async {
        do throws(Fault) {
            port = try await ports.open(detected, line: driver.line, on: executor)
            codec = driver.makeCodec(for: detected.kind)
            await handle(.opened)
        } catch {
            await handle(.openFailed(error))
        }
    }

    private func identify() async {
        order = OrderInHand(job: nil, deadline: .now + driver.timeLimit(for: .read))
        do throws(Fault) {
            let identity = try await driver.identify(on: SessionLink(session: self))
            lastSeen = Date()
            watch = IdleWatch(presence: driver.presence, healthCheck: driver.healthCheck, from: .now)
            await handle(.identified(identity))
        } catch {
            await handle(.identifyFailed(toldFromSilence(error)))
        }
    }

    /// Ready and nothing to do: wait for bytes nobody asked for, a hang-up, a wake, or the next look for a card. Costs nothing while
    /// nothing happens, unless the encoder must be asked for its cards.
    private func listen() async {
        guard let port else { return }
        do throws(Fault) {
            switch watch.due(at: .now) {
            case .look?: try await look()
            case .health?: try await checkHealth()
            case nil:
                // What has begun and does not go on must be over before the next order.
                let quiet = codec.endedBySilence.map { .now + $0 } ?? ContinuousClock.Instant?.none
                switch try await port.read(by: [watch.next, quiet].compactMap(\.self).min()) {
                case .bytes(let bytes): codec.receive(bytes)
                case .deadline: if let quiet, quiet <= .now { codec.silence() }
                case .woken: return
                }
                while let found = codec.next() { await unasked(found) }
            }
        } catch {
            await handle(.lineLost(error))
        }
    }

    /// A frame that belongs to no exchange: the late answer to an order that timed out, or something to ignore.
    func unasked(_ found: Decoded<Driver.Codec.Frame>) async {
        guard case .frame(let frame) = found else {
            logger.debug("damaged frame dropped", metadata: ["encoder": "\(name)"])
            return
        }
        lastSeen = Date()
        if let told = driver.card(in: frame) {
            if told.state == .unknown { watch.lookNow() } else { await sighted(told) }
        }
        guard let reply = driver.acknowledgement(ofUnasked: frame) else { return }
        try? await port?.write(codec.encode(reply), by: .now + .seconds(1))  // a dead line shows at the next read
        if let question = openQuestion {
            openQuestion = nil
            logger.notice("late answer", metadata: ["encoder": "\(name)", "job": "\(question.job)"])
            await host.note("the encoder answered after the bridge had given up: check that card", about: question.job)
        }
    }

    func publish() async {
        if let fault = machine.lastFault, shownFault != fault {
            shownFault = fault
            show(fault)
        }
        await host.changed(status())
        logger.info("encoder \(machine.encoderState.rawValue)", metadata: ["encoder": "\(name)"])
    }

    func show(_ fault: Fault) {
        lastFault = DatedFault(at: Date(), fault: fault)
        logger.warning(
            "\(fault.kind.technicianAdvice)",
            metadata: ["encoder": "\(name)", "fault": "\(fault.kind.code)", "detail": "\(fault.detail ?? "")"])
    }

    func status() -> EncoderStatus {
        EncoderStatus(
            name: name, state: machine.encoderState, driver: Driver.manifest.name, kind: Driver.manifest.kind,
            port: PortStatus(match: match.description, address: machine.port?.address, strength: machine.port.map { _ in match.strength }),
            identity: machine.identity, capabilities: Driver.manifest.capabilities, gesture: Driver.manifest.gesture, card: card,
            currentJob: machine.currentJob,
            lastSeen: lastSeen,
            lastFault: lastFault)
    }
}
