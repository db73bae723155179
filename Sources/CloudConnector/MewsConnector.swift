// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Logging

/// Takes key commands from a property in Mews to the job desk and delivers the reports of the outbox.
///
/// What to do is decided by values (``ConnectionMachine``, ``CommandMapping``, ``Delivery``); this actor does it: it holds the
/// transport, the timers and what is known of the property.
public actor MewsConnector {
    let configuration: MewsConfiguration
    let desk: any JobDesk
    let journal: any JobJournal
    let logger: Logger
    let time: Timekeeper
    let random: @Sendable () -> Double
    let transport: any MewsTransport

    var machine: ConnectionMachine
    var credentials: Credentials?
    /// The tokens that the credentials were made of; kept to see whether the files change after Mews has refused them.
    var tokensInUse: MewsTokens?
    var budget = RequestBudget()
    var socket: (any MewsSocket)?
    var clock = MewsClock()
    var wallClock = WallClockWatch()
    var zone = PropertyZone.unasked
    var board: ConnectorStatus
    /// Why the token files cannot be read, if they cannot.
    var tokenTrouble: String?
    /// Since when commands cannot be read, and the last reason.
    var intakeTrouble: (since: Date, sentence: String)?
    /// Commands that an event of this run called pending: the order is new, whatever Mews calls it when it is read.
    var seenPending: Set<String> = []
    /// Jobs that the core was asked to cancel and that have not ended.
    var withdrawals: [JobID: Task<Void, Never>] = [:]
    /// Cards that were cut although their command had been closed in Mews: when, and the sentence.
    var cutAfterwards: [(at: Duration, problem: HealthProblem)] = []

    /// Key cutters that no encoder here stands for, by the name that Mews has for them: when one was ordered at last.
    var unmapped: [EncoderName: (at: Duration, problem: HealthProblem)] = [:]

    /// What was logged of late, and when it was said last.
    var logged: [String: Duration] = [:]

    var outgoing: OutgoingReports
    /// False until what an earlier run left has been taken up.
    var hasTakenUpReports = false

    private let events: AsyncStream<ConnectionMachine.Event>
    private let inbox: AsyncStream<ConnectionMachine.Event>.Continuation
    let deliveryBells: AsyncStream<Void>
    let deliveryBell: AsyncStream<Void>.Continuation
    private var timers: [ConnectionMachine.Timer: Task<Void, Never>] = [:]
    var deliveryTimer: Task<Void, Never>?

    public init(configuration: MewsConfiguration, desk: any JobDesk, journal: any JobJournal, logger: Logger) {
        self.init(
            configuration: configuration, desk: desk, journal: journal, logger: logger,
            transport: NetworkTransport(configuration), time: .system, random: { .random(in: 0..<1) })
    }

    init(
        configuration: MewsConfiguration, desk: any JobDesk, journal: any JobJournal, logger: Logger, transport: any MewsTransport,
        time: Timekeeper, random: @escaping @Sendable () -> Double
    ) {
        self.configuration = configuration
        self.desk = desk
        self.journal = journal
        self.logger = logger
        self.transport = transport
        self.time = time
        self.random = random
        machine = ConnectionMachine(timing: configuration.timing)
        outgoing = OutgoingReports(backoff: configuration.timing.backoff)
        board = ConnectorStatus(name: JobOrigin.mews.name, state: .connecting, since: time.now())
        (events, inbox) = AsyncStream.makeStream()
        (deliveryBells, deliveryBell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Connects, and keeps connecting whatever happens to the network. Ends only when its task is cancelled.
    public func run() async {
        if let objection = configuration.objection() {
            halt(objection)
            await untilCancelled()
        } else {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.listenToDesk() }
                group.addTask { await self.deliverReports() }
                inbox.yield(.start)
                for await event in events {
                    for action in step(event) where !performAtOnce(action) {
                        group.addTask { await self.perform(action) }
                    }
                }
                group.cancelAll()
            }
        }
        for timer in timers.values { timer.cancel() }
        timers = [:]
        for withdrawal in withdrawals.values { withdrawal.cancel() }
        withdrawals = [:]
        deliveryTimer?.cancel()
        socket?.close()
        socket = nil
        await transport.shutdown()
    }

    func post(_ event: ConnectionMachine.Event) { inbox.yield(event) }

    // MARK: The machine

    private func step(_ event: ConnectionMachine.Event) -> [ConnectionMachine.Action] {
        let before = machine.phase
        let hadSocket = machine.socketIsOpen
        let actions = machine.handle(event, random: random())
        note(event, hadSocket: hadSocket)
        if machine.phase != before { show(from: before) }
        return actions
    }

    /// The actions whose order matters; they take no time.
    private func performAtOnce(_ action: ConnectionMachine.Action) -> Bool {
        switch action {
        case .set(let timer, let pause):
            timers[timer]?.cancel()
            timers[timer] = Task { [time, inbox] in
                guard (try? await time.sleep(pause)) != nil, !Task.isCancelled else { return }
                inbox.yield(.timer(timer))
            }
        case .clear(let timer):
            timers[timer]?.cancel()
            timers[timer] = nil
        case .closeSocket:
            socket?.close()
            socket = nil
        case .deliver:
            outgoing.release()
            deliveryBell.yield()
        case .compareTokens:
            let changed = (try? configuration.tokens()).map { $0 != tokensInUse } ?? false
            inbox.yield(.tokensCompared(changed: changed))
        case .authenticate, .readProperty, .openSocket, .take:
            return false
        }
        return true
    }

    private func perform(_ action: ConnectionMachine.Action) async {
        switch action {
        case .authenticate(let anew): await authenticate(anew: anew)
        case .readProperty: await readProperty()
        case .openSocket(let number): await openSocket(number)
        case .take(let step): await take(step)
        case .set, .clear, .closeSocket, .deliver, .compareTokens: break
        }
    }

    private func listenToDesk() async {
        while !Task.isCancelled {
            let subscription = await desk.events.subscribe()
            // What came while nobody listened is in the journal.
            deliveryBell.yield()
            for await numbered in subscription.events {
                if case .reportWaiting(.mews) = numbered.event { deliveryBell.yield() }
            }
        }
    }

    private func untilCancelled() async {
        let (never, continuation) = AsyncStream<Void>.makeStream()
        for await _ in never {}
        continuation.finish()
    }
}
