// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import LockDrivers

/// Performs what ``AccessMachine`` decides: keeps it in the store, then sends it to the locks, and tells the PMS the codes.
///
/// What the machine decides goes out through one line, in order, and nothing leaves before the store has it. A store that fails is tried
/// again until it works; until then nothing is sent, and nothing more is heard of the broker: its news wait where their number is bounded.
public actor AccessService {
    /// One lock of the site.
    public struct Lock: Sendable {
        public var name: LockName
        public var driverName: String
        public var driver: any LockDriver

        public init(name: LockName, driverName: String, driver: any LockDriver) {
            self.name = name
            self.driverName = driverName
            self.driver = driver
        }
    }

    /// The cards of a reservation that the PMS is to know; throws where nobody can tell now.
    public typealias CutCards = @Sendable (Stay) async throws(AccessSourceFault) -> [CutCard]

    /// So long after a start no code goes out while the PMS has not told who is in the house now.
    private static let longestHold: TimeInterval = 30
    /// So long after a start no code is taken off by the clock alone while the PMS has not told its time: a moment in any case, longer
    /// where the wall clock makes no sense beside the journal.
    private static let shortestDoubt: TimeInterval = 10
    static let longestDoubt: TimeInterval = 600

    let rules: AccessRules
    private let configured: [Lock]
    let store: any GrantStore
    let source: (any AccessSource)?
    private let way: any MQTTWay
    let mark: @Sendable (String) -> String
    let cutCards: CutCards
    let time: Timekeeper
    var clock: AccessClock
    private let tell: @Sendable (AccessNote) -> Void
    private let onChange: @Sendable (StayChange) -> Void
    private let log: @Sendable (String) -> Void
    private let generator: any RandomNumberGenerator & Sendable

    var machine: AccessMachine?
    private(set) var drivers: [LockName: Lock] = [:]
    /// Which locks listen to a topic.
    private var listeners: [String: [LockName]] = [:]
    var tokensKept: [StayID: Set<KeptToken>] = [:]
    /// Reservations whose tokens in the PMS may not be those of their codes.
    var tokensInDoubt: Set<StayID> = []
    private(set) var wayProblem: (sentence: String, since: Date)?
    private(set) var storeProblem: (sentence: String, since: Date)?
    var openCards: [AccessStatus.Door] = []
    var tokenProblem: (sentence: String, since: Date)?
    var tokenRounds = TokenRounds()
    var tokenTimer: Task<Void, Never>?
    /// Guests who are in house and get no code, as the source told it.
    var refused: [StayID: RefusedStay] = [:]
    var forgotAt: Date?
    private(set) var loadedAt: Duration = .zero
    private var flushing: Task<Void, Never>?
    private var timer: Task<Void, Never>?
    private let ticks: AsyncStream<Void>
    private let clockBell: AsyncStream<Void>.Continuation
    let tokenBells: AsyncStream<Void>
    let tokenBell: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - source: where reservations come from and codes go back to; `nil`: what was kept runs to its end.
    ///   - mark: the keyed hash of a code.
    ///   - cutCards: asked each time that the tokens of a reservation are looked at.
    ///   - generator: where codes come from: the system's generator is one for cryptography.
    public init(
        rules: AccessRules, locks: [Lock], store: any GrantStore, source: (any AccessSource)?, way: any MQTTWay,
        mark: @escaping @Sendable (String) -> String,
        cutCards: @escaping CutCards = { _ throws(AccessSourceFault) in [] },
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        time: Timekeeper = .system, tell: @escaping @Sendable (AccessNote) -> Void = { _ in },
        onChange: @escaping @Sendable (StayChange) -> Void = { _ in }, log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.rules = rules
        configured = locks
        self.store = store
        self.source = source
        self.way = way
        self.mark = mark
        self.cutCards = cutCards
        self.generator = generator
        self.time = time
        clock = AccessClock(wall: time.now(), uptime: time.uptime())
        self.tell = tell
        self.onChange = onChange
        self.log = log
        (ticks, clockBell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (tokenBells, tokenBell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Works until the task is cancelled.
    public func run() async {
        guard await load() else { return }
        way.subscribe(listeners.keys.sorted())
        await withDiscardingTaskGroup { group in
            group.addTask { for await news in self.way.news { await self.handle(news) } }
            if let source {
                group.addTask { await source.run { news async throws(GrantStoreFault) in try await self.learn(news) } }
                group.addTask { await self.keepTokens() }
            }
            clockBell.yield()
            for await _ in ticks {
                if Task.isCancelled { break }
                await tick()
            }
            group.cancelAll()
        }
        timer?.cancel()
    }

    private func load() async -> Bool {
        for lock in configured {
            drivers[lock.name] = lock
            for topic in lock.driver.topics { listeners[topic, default: []].append(lock.name) }
        }
        while !Task.isCancelled {
            do throws(GrantStoreFault) {
                // All of it: what is too old is dropped once the clock is known to be right.
                let kept = try await store.load(since: .distantPast)
                storeProblem = nil
                loadedAt = time.uptime()
                clock.begin(after: kept.lastSeen, uptime: loadedAt)
                machine = AccessMachine(
                    rules: rules, locks: configured.map { LockView(name: $0.name, traits: $0.driver.traits) },
                    issuer: CodeIssuer(generator: generator, mark: mark), stays: kept.stays, resources: kept.resources,
                    grants: marked(kept.grants),
                    used: kept.used, unreadable: kept.unreadable)
                if source != nil {
                    machine?.holdCodes(until: now().addingTimeInterval(Self.longestHold))
                    let doubt = clock.isDoubtful ? Self.longestDoubt : Self.shortestDoubt
                    machine?.holdEnds(until: now().addingTimeInterval(doubt))
                }
                for token in kept.tokens { tokensKept[token.stay, default: []].insert(token) }
                // A code may have come onto its lock right before the end, and nobody had told the PMS yet.
                let open = kept.grants.filter { !$0.isOver && $0.onLockSince != nil }.map(\.stay)
                tokensInDoubt = Set(tokensKept.keys).union(open)
                announce(kept.stays, before: machine)
                return true
            } catch {
                trouble(error)
                try? await Task.sleep(for: .seconds(1))  // cancelled: the loop ends
            }
        }
        return false
    }

    // MARK: What comes in

    private func tick() async {
        await lookAtClock()
        await takeWallClock()
        forget()
        await step([.tick])
    }

    private func handle(_ news: MQTTNews) async {
        switch news {
        case .connected:
            wayProblem = nil
            for name in drivers.keys { drivers[name]?.driver.reconnected() }
            await step(drivers.keys.map { .connected($0, true) })
        case .disconnected(let why):
            if wayProblem == nil { log(why) }
            wayProblem = (why, wayProblem?.since ?? now())
            await step(drivers.keys.map { .connected($0, false) })
        case .message(let message):
            var events: [AccessMachine.Event] = []
            for name in listeners[message.topic] ?? [] {
                events += (drivers[name]?.driver.read(message) ?? []).map { .report(name, $0) }
            }
            if !events.isEmpty { await step(events) }
        }
    }

    /// Durable when it returns.
    func learn(_ news: StayNews) async throws(GrantStoreFault) {
        if let time = news.time { await take(time) }
        let before = machine
        let resources = news.resources.filter { before?.resources[$0.id] != $0 }
        // By the machine's own rule: what it does not take must be neither kept nor told.
        let stays = news.stays.filter { $0.isNews(after: before?.stays[$0.id]) }
        for stay in news.stays { refused[stay.id] = nil }
        for stay in news.refused { refused[stay.id] = stay }
        let changes: [AccessChange] = resources.map { .resource($0) } + stays.map { .stay($0) }
        guard !changes.isEmpty || news.isAll else { return }
        if !changes.isEmpty { try await store.keep(changes) }
        await step(
            (resources.isEmpty ? [] : [.resources(resources)]) + (stays.isEmpty ? [] : [.stays(stays)]) + (news.isAll ? [.allTold] : []))
        announce(stays, before: before, isRepeated: news.isRepeated)
    }

    private func announce(_ news: [Stay], before: AccessMachine?, isRepeated: Bool = false) {
        for stay in news {
            let old = before?.stays[stay.id]
            let roomBefore = old?.resource.flatMap { before?.resources[$0]?.name }
            onChange(StayChange(before: old, stay: stay, roomBefore: roomBefore, room: room(of: stay), isRepeated: isRepeated))
            if tokensKept[stay.id] != nil { tokensInDoubt.insert(stay.id) }
        }
        if !tokensInDoubt.isEmpty { tokenBell.yield() }
    }

    func step(_ events: [AccessMachine.Event]) async {
        var actions: [AccessMachine.Action] = []
        let now = now()
        for event in events { actions += machine?.handle(event, at: now) ?? [] }
        await perform(actions)
        setTimer()
    }

    private func setTimer() {
        timer?.cancel()
        let now = now()
        // A step of the clock is noticed within half a minute.
        let wait = min(max(0.05, machine?.nextWake(after: now)?.timeIntervalSince(now) ?? 30), 30)
        timer = Task { [clockBell] in
            guard (try? await Task.sleep(for: .seconds(wait))) != nil else { return }
            clockBell.yield()
        }
    }

    // MARK: What goes out

    /// Returns when the actions are kept and sent, behind those before.
    func perform(_ actions: [AccessMachine.Action]) async {
        guard !actions.isEmpty else { return }
        let before = flushing
        let task = Task {
            await before?.value
            await self.flush(actions)
        }
        flushing = task
        // A store that fails to the end must not keep the bridge from stopping.
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func flush(_ actions: [AccessMachine.Action]) async {
        let changes: [AccessChange] = actions.compactMap { action in
            switch action {
            case .keep(let grant): .grant(grant)
            case .use(let code): .used(code)
            case .tell(let note): .note(note)
            case .send: nil
            }
        }
        if !changes.isEmpty { guard await keep(changes) else { return } }
        for action in actions {
            switch action {
            case .send(let name, let command):
                for message in drivers[name]?.driver.messages(for: command) ?? [] { _ = way.publish(message) }
            case .tell(let note): tell(note)
            case .keep(let grant):
                tokensInDoubt.insert(grant.stay)
                tokenBell.yield()
            case .use: break
            }
        }
    }

    /// Until the store has it; `false` only when the bridge stops.
    func keep(_ changes: [AccessChange]) async -> Bool {
        while true {
            do throws(GrantStoreFault) {
                try await store.keep(changes)
                storeProblem = nil
                return true
            } catch {
                trouble(error)
                guard (try? await Task.sleep(for: .seconds(1))) != nil else { return false }
            }
        }
    }

    private func trouble(_ fault: GrantStoreFault) {
        if storeProblem?.sentence != fault.description { log(fault.description) }
        storeProblem = (fault.description, storeProblem?.since ?? now())
    }

    func say(_ sentence: String) { log(sentence) }
}
