// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Access

/// Chance that repeats: SplitMix64.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// How a simulated lock talks.
enum LockManner: CaseIterable {
    /// Tells slots, codes hidden.
    case hidden
    /// Tells slots with their codes.
    case spelt
    /// Tells only that something was saved or cleared, and answers no question (homeassistant-lockly #49).
    case mute
    /// Tells slots when asked; of a command it shows a sign, and beside it what the gateway remembers from before.
    case signing
}

/// A lock behind a gateway, by itself: slots, a manner, bad days.
struct DoorModel {
    var manner: LockManner
    var slots: [Int: String] = [:]
    /// What the gateway remembers and repeats at every change.
    var cache: [Int: SlotContent] = [:]
    var isOffline = false
    /// Of 100 commands, so many are lost.
    var loss = 0
    var delay: TimeInterval = 1
    /// Every code that was ever put on it by the bridge, with its time.
    var history: [(code: String, at: Date)] = []

    /// Carries a command out; gives what it tells then.
    mutating func obey(_ command: LockCommand, at now: Date) -> [LockReport] {
        switch command {
        case .ask(let slot):
            guard manner != .mute else { return [.heard] }
            cache[slot] = content(slot)
        case .set(let slot, let code, _):
            slots[slot] = code
            history.append((code, now))
            if manner == .mute { return [.saved(slot: nil, byHand: false)] }
            if manner == .signing { return remembered + [.saved(slot: slot, byHand: false)] }
            cache[slot] = content(slot)
        case .clear(let slot):
            slots[slot] = nil
            if manner == .mute { return [.cleared(slot: nil, byHand: false)] }
            if manner == .signing { return remembered + [.cleared(slot: slot, byHand: false)] }
            cache[slot] = content(slot)
        case .reschedule(let slot, _): return [.saved(slot: slot, byHand: false)]
        }
        return remembered + [.battery(80)]
    }

    /// All that the gateway knows, which it tells at every change.
    var remembered: [LockReport] { cache.sorted { $0.key < $1.key }.map { .slot($0.key, $0.value) } }

    private func content(_ slot: Int) -> SlotContent {
        slots[slot].map { .enabled(code: manner == .spelt ? $0 : nil) } ?? .available
    }
}

/// The machine among simulated locks, on a clock of its own, with a journal that survives ``kill()``.
struct World {
    static let start = Date(timeIntervalSince1970: 1_790_000_000)
    var now = World.start
    var rules: AccessRules
    var machine: AccessMachine
    var doors: [LockName: DoorModel]
    var traits: LockTraits
    var kept: [GrantID: Grant] = [:]
    var used: [UsedCode] = []
    var notes: [AccessNote] = []
    var isBrokerUp = true
    /// Rows of the journal that cannot be read.
    var unreadable: Set<GrantID> = []
    var chance: SeededGenerator
    /// What goes wrong between machine and locks on purpose.
    var sabotage: (LockCommand) -> LockCommand? = { $0 }
    private var mail: [(at: Date, lock: LockName, reports: [LockReport])] = []
    private var generator: SeededGenerator
    static let mark: @Sendable (String) -> String = { "#" + String($0.reversed()) }

    init(
        _ rules: AccessRules, doors: [LockName: DoorModel], keepsWindow: Bool = false, sharesSlots: Bool = true,
        slots: ClosedRange<Int> = 10...29, seed: UInt64 = 1
    ) {
        self.rules = rules
        self.doors = doors
        traits = LockTraits(slots: slots, keepsWindow: keepsWindow, sharesSlots: sharesSlots)
        chance = SeededGenerator(seed)
        generator = SeededGenerator(seed ^ 0xC0DE)
        machine = AccessMachine(rules: rules, locks: [], issuer: CodeIssuer(mark: Self.mark))
        begin(stays: [], resources: [])
    }

    private mutating func begin(
        stays: [Stay], resources: [Resource], prepare: (inout AccessMachine, Date) -> Void = { _, _ in }
    ) {
        _ = generator.next()
        machine = AccessMachine(
            rules: rules, locks: doors.keys.map { LockView(name: $0, traits: traits) },
            issuer: CodeIssuer(generator: SeededGenerator(generator.next()), mark: Self.mark), stays: stays, resources: resources,
            grants: Array(kept.values), used: used, unreadable: unreadable)
        prepare(&machine, now)
        mail = []
        if isBrokerUp { connect(true) }
        perform(machine.handle(.tick, at: now))
    }

    mutating func connect(_ isUp: Bool) {
        isBrokerUp = isUp
        mail = []
        for lock in doors.keys.sorted() { perform(machine.handle(.connected(lock, isUp), at: now)) }
    }

    /// Power loss: all that is not in the journal is gone.
    mutating func kill(_ prepare: (inout AccessMachine, Date) -> Void = { _, _ in }) {
        begin(stays: Array(machine.stays.values), resources: Array(machine.resources.values), prepare: prepare)
    }

    /// The same, and the site has changed its file.
    mutating func kill(with rules: AccessRules) {
        self.rules = rules
        kill()
    }

    /// The same, and the site gives the bridge other slots, or takes locks out of its file.
    mutating func kill(slots: ClosedRange<Int>? = nil, without locks: Set<LockName> = [], unreadable: Set<GrantID> = []) {
        if let slots { traits.slots = slots }
        for lock in locks { doors[lock] = nil }
        self.unreadable = unreadable
        for id in unreadable { kept[id] = nil }
        kill()
    }

    mutating func handle(_ event: AccessMachine.Event) { perform(machine.handle(event, at: now)) }

    mutating func setOffline(_ lock: LockName, _ isOffline: Bool, isSaid: Bool = true) {
        doors[lock]?.isOffline = isOffline
        if isSaid, isBrokerUp { perform(machine.handle(.report(lock, .reachable(!isOffline)), at: now)) }
    }

    mutating func tell(_ stays: Stay...) { perform(machine.handle(.stays(stays), at: now)) }
    mutating func tell(_ resources: [Resource]) { perform(machine.handle(.resources(resources), at: now)) }
    mutating func hear(_ report: LockReport, from lock: LockName) { perform(machine.handle(.report(lock, report), at: now)) }
    mutating func allTold() { perform(machine.handle(.allTold, at: now)) }
    mutating func retry(_ id: GrantID) throws(RetryRefusal) { perform(try machine.retry(id, at: now)) }

    private mutating func perform(_ actions: [AccessMachine.Action]) {
        for action in actions {
            switch action {
            case .keep(let grant): kept[grant.id] = grant
            case .use(let code): used.append(code)
            case .tell(let note): notes.append(note)
            case .send(let lock, let command): send(command, to: lock)
            }
        }
    }

    private mutating func send(_ command: LockCommand, to lock: LockName) {
        guard isBrokerUp, let command = sabotage(command), var door = doors[lock], !door.isOffline else { return }
        guard Int.random(in: 0..<100, using: &chance) >= door.loss else { return }
        let reports = door.obey(command, at: now)
        doors[lock] = door
        // The answer may get lost where the command did not.
        guard Int.random(in: 0..<100, using: &chance) >= door.loss else { return }
        mail.append((now.addingTimeInterval(door.delay), lock, reports))
    }

    /// Lets time pass.
    mutating func run(for seconds: TimeInterval) {
        let end = now.addingTimeInterval(seconds)
        var turns = 0
        while true {
            turns += 1
            if Double(turns) > 200 + 5 * seconds {
                Issue.record(
                    "the machine does not rest: \(turns) turns in \(seconds) s, next \(String(describing: machine.nextWake(after: now)?.timeIntervalSince(now))), \(machine.locks.values.map { ($0.name, $0.flight as Any, $0.isServed) }), \(machine.live.map { ($0.id, $0.state, $0.goal, $0.nextTry?.timeIntervalSince(now) as Any, $0.window.end.timeIntervalSince(now), $0.offSince?.timeIntervalSince(now) as Any, $0.movedAt as Any) })"
                )
                break
            }
            let letter = mail.map(\.at).min()
            let wake = machine.nextWake(after: now)
            guard let next = [letter, wake].compactMap(\.self).min(), next <= end else { break }
            now = max(now, next)
            let due = mail.filter { $0.at <= now }
            mail.removeAll { $0.at <= now }
            for letter in due where !(doors[letter.lock]?.isOffline ?? true) && isBrokerUp {
                for report in letter.reports { perform(machine.handle(.report(letter.lock, report), at: now)) }
            }
            if due.isEmpty { perform(machine.handle(.tick, at: now)) }
        }
        now = end
        perform(machine.handle(.tick, at: now))
    }

    func grant(_ stay: StayID, _ lock: LockName) -> Grant? { machine.grants[GrantID(stay, lock)] }
    func codes(on lock: LockName) -> [String] { (doors[lock]?.slots ?? [:]).sorted { $0.key < $1.key }.map(\.value) }
    func codes(of stay: StayID, on lock: LockName) -> String? {
        grant(stay, lock).flatMap { grant in grant.slot.flatMap { doors[lock]?.slots[$0] } }
    }
}

/// A small hotel: rooms 101, 102, a dorm with beds, an entrance, a pool.
enum SmallHotel {
    static let map = SpaceMap(
        spaces: [
            "101": .init(locks: ["door-101"]), "102": .init(locks: ["door-102"]), "103": .init(locks: ["door-103a", "door-103b"]),
            "Dorm": .init(locks: ["dorm"]), "Dorm-1": .init(within: "Dorm"), "Dorm-2": .init(within: "Dorm"),
        ],
        commonAreas: [
            "Entrance": .init(locks: ["entrance"], rooms: ["101", "Dorm"]), "Pool": .init(locks: ["pool"], everyone: true),
            "Cellar": .init(locks: ["cellar"]),
        ])
    static let locks: [LockName] = ["door-101", "door-102", "door-103a", "door-103b", "dorm", "entrance", "pool", "cellar"]
    static let resources = [
        Resource(id: "r101", name: "101"), Resource(id: "r102", name: "102"), Resource(id: "r103", name: "103"),
        Resource(id: "r104", name: "104"), Resource(id: "rd", name: "Dorm"), Resource(id: "rd1", name: "Dorm-1", parent: "rd"),
        Resource(id: "rd2", name: "Dorm-2", parent: "rd"), Resource(id: "rd3", name: "Dorm-3", parent: "rd"),
    ]

    static func world(
        _ change: (inout AccessRules) -> Void = { _ in }, manner: LockManner = .hidden, keepsWindow: Bool = false,
        sharesSlots: Bool = true, seed: UInt64 = 1
    ) -> World {
        var rules = AccessRules(map: map)
        change(&rules)
        let doors = Dictionary(uniqueKeysWithValues: locks.map { ($0, DoorModel(manner: manner)) })
        var world = World(rules, doors: doors, keepsWindow: keepsWindow, sharesSlots: sharesSlots, seed: seed)
        world.tell(resources)
        return world
    }

    /// A guest of room 101 is in the house, and his code on its locks.
    static func checkedIn(_ manner: LockManner) -> World {
        var world = world(manner: manner)
        world.tell(stay())
        world.run(for: 60)
        return world
    }

    static func stay(
        _ id: StayID = "s1", _ state: Stay.State = .started, in resource: ResourceID? = "r101", from: TimeInterval = -3600,
        until: TimeInterval = 86_400, actual: TimeInterval? = nil, updated: TimeInterval = 0
    ) -> Stay {
        let start = World.start
        return Stay(
            id: id, number: "10" + id.rawValue.dropFirst(), state: state, resource: resource,
            scheduledStart: start.addingTimeInterval(from),
            scheduledEnd: start.addingTimeInterval(until), actualStart: actual.map(start.addingTimeInterval),
            updated: start.addingTimeInterval(updated))
    }
}
