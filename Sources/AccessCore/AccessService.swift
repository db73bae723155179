// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import LockDrivers

/// Performs what ``AccessMachine`` decides: keeps it in the store, then sends it to the locks, and tells the PMS the codes.
///
/// Everything goes through one line: what the broker, the PMS and the clock say is handled in order, and nothing leaves before the
/// store has it. A store that fails is tried again until it works; until then nothing is sent.
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

    private enum Input: Sendable {
        case way(MQTTNews)
        case tick
    }

    /// So long after a start no code goes out while the PMS has not told who is in the house now.
    private static let longestHold: TimeInterval = 30

    let rules: AccessRules
    private let configured: [Lock]
    private let store: any GrantStore
    let source: (any AccessSource)?
    private let way: any MQTTWay
    let mark: @Sendable (String) -> String
    let now: @Sendable () -> Date
    private let tell: @Sendable (AccessNote) -> Void
    private let log: @Sendable (String) -> Void
    private let generator: any RandomNumberGenerator & Sendable

    var machine: AccessMachine?
    private var drivers: [LockName: Lock] = [:]
    /// Which locks listen to a topic.
    private var listeners: [String: [LockName]] = [:]
    var tokensKept: [StayID: Set<KeptToken>] = [:]
    /// Reservations whose tokens in the PMS may not be those of their codes.
    var tokensInDoubt: Set<StayID> = []
    private(set) var wayProblem: (sentence: String, since: Date)?
    private(set) var storeProblem: (sentence: String, since: Date)?
    var tokenProblem: (sentence: String, since: Date)?
    private var forgotAt: Date?
    private var flushing: Task<Void, Never>?
    private var timer: Task<Void, Never>?
    private let inputs: AsyncStream<Input>
    private let inbox: AsyncStream<Input>.Continuation
    let tokenBells: AsyncStream<Void>
    let tokenBell: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - source: where reservations come from and codes go back to; `nil`: what was kept runs to its end.
    ///   - mark: the keyed hash of a code.
    ///   - generator: where codes come from: the system's generator is one for cryptography.
    public init(
        rules: AccessRules, locks: [Lock], store: any GrantStore, source: (any AccessSource)?, way: any MQTTWay,
        mark: @escaping @Sendable (String) -> String, generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        now: @escaping @Sendable () -> Date = { Date() }, tell: @escaping @Sendable (AccessNote) -> Void = { _ in },
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.rules = rules
        configured = locks
        self.store = store
        self.source = source
        self.way = way
        self.mark = mark
        self.generator = generator
        self.now = now
        self.tell = tell
        self.log = log
        (inputs, inbox) = AsyncStream.makeStream()
        (tokenBells, tokenBell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Works until the task is cancelled.
    public func run() async {
        guard await load() else { return }
        way.subscribe(listeners.keys.sorted())
        await withDiscardingTaskGroup { group in
            group.addTask { for await news in self.way.news { self.inbox.yield(.way(news)) } }
            if let source {
                group.addTask { await source.run { news async throws(GrantStoreFault) in try await self.learn(news) } }
                group.addTask { await self.keepTokens() }
            }
            inbox.yield(.tick)
            for await input in inputs {
                if Task.isCancelled { break }
                await handle(input)
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
                let kept = try await store.load(since: now().addingTimeInterval(-CodeIssuer.memory))
                storeProblem = nil
                machine = AccessMachine(
                    rules: rules, locks: configured.map { LockView(name: $0.name, traits: $0.driver.traits) },
                    issuer: CodeIssuer(generator: generator, mark: mark), stays: kept.stays, resources: kept.resources, grants: kept.grants,
                    used: kept.used)
                if source != nil { machine?.holdCodes(until: now().addingTimeInterval(Self.longestHold)) }
                for token in kept.tokens { tokensKept[token.stay, default: []].insert(token) }
                tokensInDoubt = Set(tokensKept.keys)
                return true
            } catch {
                trouble(error)
                try? await Task.sleep(for: .seconds(1))  // cancelled: the loop ends
            }
        }
        return false
    }

    // MARK: What comes in

    private func handle(_ input: Input) async {
        switch input {
        case .tick:
            forget()
            await step([.tick])
        case .way(.connected):
            wayProblem = nil
            for name in drivers.keys { drivers[name]?.driver.reconnected() }
            await step(drivers.keys.map { .connected($0, true) })
        case .way(.disconnected(let why)):
            if wayProblem == nil { log(why) }
            wayProblem = (why, wayProblem?.since ?? now())
            await step(drivers.keys.map { .connected($0, false) })
        case .way(.message(let message)):
            var events: [AccessMachine.Event] = []
            for name in listeners[message.topic] ?? [] {
                events += (drivers[name]?.driver.read(message) ?? []).map { .report(name, $0) }
            }
            if !events.isEmpty { await step(events) }
        }
    }

    /// What no longer counts would stay in memory for as long as the bridge runs.
    private func forget() {
        let now = now()
        guard abs(now.timeIntervalSince(forgotAt ?? .distantPast)) > 3600 else { return }
        forgotAt = now
        machine?.forget(before: now.addingTimeInterval(-CodeIssuer.memory))
    }

    /// Durable when it returns.
    func learn(_ news: StayNews) async throws(GrantStoreFault) {
        let before = machine
        let resources = news.resources.filter { before?.resources[$0.id] != $0 }
        let stays = news.stays.filter { before?.stays[$0.id] != $0 }
        let changes: [AccessChange] = resources.map { .resource($0) } + stays.map { .stay($0) }
        guard !changes.isEmpty || news.isAll else { return }
        if !changes.isEmpty { try await store.keep(changes) }
        await step(
            (resources.isEmpty ? [] : [.resources(resources)]) + (stays.isEmpty ? [] : [.stays(stays)]) + (news.isAll ? [.allTold] : []))
    }

    private func step(_ events: [AccessMachine.Event]) async {
        var actions: [AccessMachine.Action] = []
        let now = now()
        for event in events { actions += machine?.handle(event, at: now) ?? [] }
        await perform(actions)
        setTimer()
    }

    /// A person asks for another try.
    public func retry(_ id: GrantID) async throws(RetryRefusal) -> GrantDocument {
        guard var machine else { throw .unknown }
        let actions = try machine.retry(id, at: now())
        self.machine = machine
        Task { await self.perform(actions) }
        guard let grant = machine.grants[id] else { throw .unknown }
        return document(grant, in: machine)
    }

    private func setTimer() {
        timer?.cancel()
        let now = now()
        // A step of the clock is noticed within half a minute.
        let wait = min(max(0.05, machine?.nextWake(after: now)?.timeIntervalSince(now) ?? 30), 30)
        timer = Task { [inbox] in
            guard (try? await Task.sleep(for: .seconds(wait))) != nil else { return }
            inbox.yield(.tick)
        }
    }

    // MARK: What goes out

    /// Returns when the actions are kept and sent, behind those before.
    private func perform(_ actions: [AccessMachine.Action]) async {
        guard !actions.isEmpty else { return }
        let before = flushing
        let task = Task {
            await before?.value
            await self.flush(actions)
        }
        flushing = task
        await task.value
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

    // MARK: What people see

    public var locks: [LockDocument] {
        guard let machine else { return [] }
        return machine.locks.values.sorted { $0.name < $1.name }.map { view in
            LockDocument(view, driver: drivers[view.name]?.driverName ?? "", grants: machine.grants.values.filter { $0.lock == view.name })
        }
    }

    /// All that is not over, and what ended lately; newest change first.
    public var grants: [GrantDocument] {
        guard let machine else { return [] }
        return machine.grants.values.sorted { ($1.since, $0.id) < ($0.since, $1.id) }.map { document($0, in: machine) }
    }

    /// Reservations that are checked in and have no code, with the sentence why.
    public var refusals: [RefusalDocument] {
        guard let machine else { return [] }
        return machine.refusals.sorted { $0.key < $1.key }.map { id, reason in
            RefusalDocument(reservationId: id.rawValue, reservationNumber: machine.stays[id]?.number ?? "", reason: reason)
        }
    }

    public func notes(limit: Int) async throws(GrantStoreFault) -> [AccessNote] { try await store.notes(limit: limit) }

    private func document(_ grant: Grant, in machine: AccessMachine) -> GrantDocument {
        let room = machine.stays[grant.stay]?.resource.flatMap { machine.resources[$0]?.name }
        return GrantDocument(grant, room: room)
    }
}
