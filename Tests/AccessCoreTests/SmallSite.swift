// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import LockDrivers
import Synchronization
import Testing

@testable import AccessCore

/// A store in memory.
final class MemoryStore: GrantStore {
    struct State {
        var kept = KeptAccess()
        var notes: [AccessNote] = []
        /// What every change is refused with.
        var fault: GrantStoreFault?
        var refused = 0
    }
    let state = Mutex(State())
    var notes: [AccessNote] { state.withLock(\.notes) }

    func load(since: Date) async throws(GrantStoreFault) -> KeptAccess { state.withLock(\.kept) }
    func keep(_ changes: [AccessChange]) async throws(GrantStoreFault) {
        let fault = state.withLock { state in
            state.refused += state.fault == nil ? 0 : 1
            return state.fault
        }
        if let fault { throw fault }
        state.withLock { state in
            for change in changes {
                switch change {
                case .stay(let stay):
                    state.kept.stays.removeAll { $0.id == stay.id }
                    state.kept.stays.append(stay)
                case .resource(let resource):
                    state.kept.resources.removeAll { $0.id == resource.id }
                    state.kept.resources.append(resource)
                case .grant(let grant):
                    state.kept.grants.removeAll { $0.id == grant.id }
                    state.kept.grants.append(grant)
                case .used(let code): state.kept.used.append(code)
                case .token(let token): state.kept.tokens.append(token)
                case .tokenGone(let key): state.kept.tokens.removeAll { $0.key == key }
                case .note(let note): state.notes.append(note)
                }
            }
        }
    }
    func notes(limit: Int) async throws(GrantStoreFault) -> [AccessNote] { Array(state.withLock(\.notes).suffix(limit).reversed()) }
    func forget(before: Date, codesBefore: Date) async throws(GrantStoreFault) {}
}

/// A Zigbee2MQTT with a few locks, as far as codes go.
final class SmallGateway: MQTTWay {
    let news: AsyncStream<MQTTNews>
    private let mail: AsyncStream<MQTTNews>.Continuation
    /// What the locks hold, by topic and slot.
    let slots = Mutex<[String: [Int: String]]>([:])
    let away = Mutex<Set<String>>([])

    init() { (news, mail) = AsyncStream.makeStream() }

    func subscribe(_ topics: [String]) { mail.yield(.connected) }
    func tell(_ topic: String, _ payload: String) { mail.yield(.message(MQTTMessage(topic, payload))) }
    func codes(_ topic: String) -> [String] { slots.withLock { ($0[topic] ?? [:]).sorted { $0.key < $1.key }.map(\.value) } }
    func setAway(_ topic: String, _ isAway: Bool) {
        away.withLock { if isAway { $0.insert(topic) } else { $0.remove(topic) } }
        tell("\(topic)/availability", #"{"state":"\#(isAway ? "offline" : "online")"}"#)
    }

    private struct Body: Decodable {
        struct Slot: Decodable {
            var user: Int
            var pin_code: String?
        }
        var pin_code: Slot
    }

    func publish(_ message: MQTTMessage) -> Bool {
        guard let slash = message.topic.lastIndex(of: "/"),
            let body = try? JSONDecoder().decode(Body.self, from: Data(message.payload.utf8))
        else { return true }
        let topic = String(message.topic[..<slash])
        guard !away.withLock({ $0.contains(topic) }) else { return true }
        let slot = body.pin_code.user
        let status = slots.withLock { slots in
            if message.topic.hasSuffix("/set") { slots[topic, default: [:]][slot] = body.pin_code.pin_code }
            return slots[topic]?[slot] == nil ? "available" : "enabled"
        }
        tell(topic, #"{"users":{"\#(slot)":{"status":"\#(status)"}}}"#)
        return true
    }
}

/// A PMS that tells what it is told to tell.
final class SmallPMS: AccessSource {
    private let feed: AsyncStream<StayNews>
    let tell: AsyncStream<StayNews>.Continuation
    let tokens = Mutex<[PMSToken]>([])
    /// Reservations that no token is taken for; a request that names one fails as a whole.
    let refuses = Mutex<Set<StayID>>([])
    let tellsTime = true

    init() { (feed, tell) = AsyncStream.makeStream() }

    func run(_ take: @escaping @Sendable (StayNews) async throws(GrantStoreFault) -> Void) async {
        for await news in feed { try? await take(news) }
    }
    func tokens(of stays: [StayID]) async throws(AccessSourceFault) -> [PMSToken] {
        tokens.withLock { $0.filter { stays.contains($0.token.stay) } }
    }
    func add(_ new: [CodeToken]) async throws(AccessSourceFault) {
        let isRefused = refuses.withLock { refused in new.contains { refused.contains($0.stay) } }
        if isRefused { throw AccessSourceFault("no", mayBeOfOneRequest: true) }
        tokens.withLock { $0 += new.map { PMSToken(id: UUID().uuidString, token: $0) } }
    }
    func update(_ new: [PMSToken]) async throws(AccessSourceFault) {
        tokens.withLock { tokens in for token in new { tokens = tokens.map { $0.id == token.id ? token : $0 } } }
    }
    /// Tokens that were taken off.
    let deleted = Mutex<[String]>([])
    func delete(_ ids: [String]) async throws(AccessSourceFault) {
        deleted.withLock { $0 += ids }
        tokens.withLock { $0.removeAll { ids.contains($0.id) } }
    }
}

/// A wall clock and a monotonic one that a test sets.
final class TwoClocks: Sendable {
    private let beginning = ContinuousClock.now
    /// They go on by themselves, too: a lock is asked again after a moment.
    private var passed: Duration { ContinuousClock.now - beginning }
    let wall: Mutex<Date>
    let uptime = Mutex<Duration>(.zero)
    init(_ wall: Date) { self.wall = Mutex(wall) }
    var keeper: Timekeeper {
        Timekeeper(
            now: { self.wall.withLock { $0.addingTimeInterval(self.passed / .seconds(1)) } },
            uptime: { self.uptime.withLock { $0 + self.passed } }, sleep: { try await Task.sleep(for: $0) })
    }
    func pass(_ seconds: Double) {
        wall.withLock { $0 += seconds }
        uptime.withLock { $0 += .seconds(seconds) }
    }
}

/// Room 101 with one door, a service on it.
struct SmallSite {
    static let start = Date(timeIntervalSince1970: 1_790_000_000)
    static let topic = "zigbee2mqtt/Room 101"
    let store: MemoryStore
    let gateway = SmallGateway()
    let pms = SmallPMS()
    let service: AccessService
    let said = Said()
    let changes = Changes()

    final class Changes: Sendable {
        let all = Mutex<[StayChange]>([])
    }

    final class Said: Sendable {
        let lines = Mutex<[String]>([])
    }

    /// - Parameters:
    ///   - source: `nil`: the small PMS.
    ///   - way: `nil`: the small gateway.
    init(
        _ clocks: TwoClocks, store: MemoryStore = MemoryStore(), source: (any AccessSource)? = nil, way: (any MQTTWay)? = nil,
        _ change: (inout AccessRules) -> Void = { _ in },
        cutCards: @escaping AccessService.CutCards = { _ throws(AccessSourceFault) in [] }
    ) throws {
        self.store = store
        var rules = AccessRules(map: SpaceMap(spaces: ["101": .init(locks: ["door-101"])]))
        change(&rules)
        let driver = try Zigbee2MqttDriver(LockSettings(topic: Self.topic, slots: 10...29))
        let (said, changes) = (said, changes)
        service = AccessService(
            rules: rules, locks: [.init(name: "door-101", driverName: "zigbee2mqtt", driver: driver)], store: store,
            source: source ?? pms, way: way ?? gateway, mark: { "#" + String($0.reversed()) },
            cutCards: cutCards, time: clocks.keeper,
            onChange: { change in changes.all.withLock { $0.append(change) } }, log: { line in said.lines.withLock { $0.append(line) } })
    }

    static func stay(until: TimeInterval = 86_400) -> Stay {
        Stay(
            id: "s1", number: "1001", state: .started, resource: "r1", scheduledStart: start.addingTimeInterval(-3600),
            scheduledEnd: start.addingTimeInterval(until), updated: start)
    }
    static let room = Resource(id: "r1", name: "101")

    /// Runs the service beside the body.
    func running(_ body: @escaping @Sendable (SmallSite) async throws -> Void) async throws {
        let service = service
        let task = Task { await service.run() }
        defer { task.cancel() }
        try await body(self)
        task.cancel()
        gateway.tell("zigbee2mqtt/end", "")
    }
}

/// Waits for a condition, three minutes at most: other tests may hold every core for a while.
func eventually(_ what: String = "", _ condition: () async -> Bool) async {
    let end = ContinuousClock.now + .seconds(180)
    while ContinuousClock.now < end {
        if await condition() { return }
        try? await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not come about in 180 s: \(what)")
}
