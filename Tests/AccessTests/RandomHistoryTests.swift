// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Access

/// Random histories of reservations, locks, broker and bridge; afterwards a checker that shares no code with the reconciler looks at the
/// locks. The checker is itself checked: it must find a reconciler that was broken on purpose.
@Suite struct RandomHistoryTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func locks_holdExactlyTheCodesOfTheGuests_afterARandomHistory(_ seed: UInt64) async {
        var history = RandomHistory(seed: seed)
        await history.play(steps: 40)
        #expect(history.faults() == [])
    }

    /// With an old room that stays open for a while after a move, and groups that come with two reservations at once: a split stay.
    @Test(arguments: [5, 6] as [UInt64])
    func locks_holdExactlyTheCodesOfTheGuests_withGraceAfterMovesAndSplitStays(_ seed: UInt64) async {
        var history = RandomHistory(seed: seed, moveGrace: 300, splits: true)
        await history.play(steps: 40)
        #expect(history.faults() == [])
    }

    /// With codes of nobody on each lock, which guests take over while it is away.
    @Test(arguments: [7, 8, 9] as [UInt64])
    func locks_holdExactlyTheCodesOfTheGuestsAndBackUps(_ seed: UInt64) async {
        var history = RandomHistory(seed: seed, backups: 2)
        await history.play(steps: 40)
        #expect(history.faults() == [])
        #expect(history.world.notes.contains { $0.kind == .backup }, "no guest took one: the history says nothing")
    }

    @Test(arguments: RandomHistory.Sabotage.allCases)
    func checker_findsAReconciler_thatWasBrokenOnPurpose(_ sabotage: RandomHistory.Sabotage) async {
        var history = RandomHistory(seed: 4, sabotage: sabotage)
        await history.play(steps: 25)
        #expect(history.faults() != [])
    }
}

struct RandomHistory {
    enum Sabotage: CaseIterable {
        /// Clears are lost for good.
        case keepsCodes
        /// Sets go to the slot beside.
        case wrongSlot
        /// Moves and extensions are not passed on.
        case deaf
        /// Clears go to a slot of somebody else.
        case clearsForeign
    }

    var world: World
    var chance: SeededGenerator
    let sabotage: Sabotage?
    var stays: [StayID: Stay] = [:]
    let foreign: [LockName: [Int: String]]
    private var count = 0

    private let splits: Bool
    private let backups: Int

    init(seed: UInt64, sabotage: Sabotage? = nil, moveGrace: TimeInterval = 0, splits: Bool = false, backups: Int = 0) {
        self.backups = backups
        chance = SeededGenerator(seed)
        self.sabotage = sabotage
        self.splits = splits
        world = SmallHotel.world({ $0.moveGrace = moveGrace }, seed: seed)
        var foreign: [LockName: [Int: String]] = [:]
        for (index, lock) in SmallHotel.locks.enumerated() {
            let codes = [3: "70\(index)3", 10: "71\(index)1", 15: "72\(index)2"]
            foreign[lock] = codes
            world.doors[lock] = DoorModel(manner: [.hidden, .spelt, .signing][index % 3], slots: codes, loss: index == 3 ? 30 : 5)
        }
        self.foreign = foreign
        if backups > 0 {
            // A start with the locks as they are now: before it nothing goes onto them.
            var rules = world.rules
            rules.backupCodes = backups
            world.kill(with: rules)
        }
        switch sabotage {
        case nil, .deaf: break
        case .keepsCodes:
            world.sabotage = { if case .clear(let slot) = $0 { .ask(slot: slot) } else { $0 } }
        case .wrongSlot:
            world.sabotage = {
                if case .set(let slot, let code, let window) = $0 { .set(slot: slot + 40, code: code, window: window) } else { $0 }
            }
        case .clearsForeign:
            world.sabotage = { if case .clear = $0 { .clear(slot: 15) } else { $0 } }
        }
    }

    /// Steps aside for other tests now and then: it computes for many seconds.
    mutating func play(steps: Int) async {
        for _ in 0..<steps {
            step()
            await Task.yield()
        }
        // Quiet: everything comes back and is left alone for a while.
        for lock in SmallHotel.locks {
            world.doors[lock]?.loss = 0
            // An answer that comes when something else is asked already is told from a repeated word by nothing.
            world.doors[lock]?.delay = 1
            world.setOffline(lock, false)
        }
        world.connect(true)
        for _ in 0..<60 {
            world.run(for: 30)
            await Task.yield()
        }
    }

    private mutating func step() {
        switch Int.random(in: 0..<20, using: &chance) {
        case 0..<6:
            checkIn()
            if splits, Bool.random(using: &chance) { checkIn() }
        case 6..<14: change()
        case 14: world.setOffline(lock(), Bool.random(using: &chance), isSaid: Int.random(in: 0..<4, using: &chance) > 0)
        case 15: world.connect(Bool.random(using: &chance))
        case 16: world.kill()
        case 17: world.doors[lock()]?.delay = [0.2, 2, 20, 90].randomElement(using: &chance) ?? 1
        case 18: if let stay = stays.values.randomElement(using: &chance) { world.tell(stay) }
        default: break
        }
        world.run(for: [1, 20, 300, 1_800, 10_000].randomElement(using: &chance) ?? 1)
    }

    private mutating func lock() -> LockName { SmallHotel.locks.randomElement(using: &chance) ?? "pool" }

    private mutating func checkIn() {
        count += 1
        let room = SmallHotel.resources.randomElement(using: &chance)?.id
        let nights = Double(Int.random(in: 1...4, using: &chance))
        let stay = Stay(
            id: StayID("s\(count)"), number: "\(1000 + count)", state: Int.random(in: 0..<5, using: &chance) == 0 ? .confirmed : .started,
            resource: room, scheduledStart: world.now.addingTimeInterval(-600), scheduledEnd: world.now.addingTimeInterval(nights * 86_400),
            actualStart: world.now, updated: world.now)
        stays[stay.id] = stay
        world.tell(stay)
    }

    private mutating func change() {
        let recent = stays.values.filter { $0.scheduledEnd > world.now.addingTimeInterval(-86_400) }.sorted { $0.id < $1.id }
        guard var stay = recent.randomElement(using: &chance) else { return }
        switch Int.random(in: 0..<7, using: &chance) {
        case 0, 1: stay.state = .processed
        case 2: stay.state = .canceled
        case 3: stay.state = stay.state == .started ? .confirmed : .started
        case 4: stay.scheduledEnd = stay.scheduledEnd.addingTimeInterval(86_400)
        case 5: stay.scheduledEnd = world.now.addingTimeInterval(Double(Int.random(in: -600...7_200, using: &chance)))
        default: stay.resource = SmallHotel.resources.randomElement(using: &chance)?.id
        }
        stay.updated = world.now
        stays[stay.id] = stay
        if sabotage != .deaf { world.tell(stay) }
    }

    // MARK: The checker

    /// What is wrong with the locks now. Knows the reservations, the hotel written out by hand, and the slots: nothing of the reconciler
    /// but which code it says it gave to whom.
    func faults() -> [String] {
        let rooms: [ResourceID: [LockName]] = [
            "r101": ["door-101", "entrance", "pool"], "r102": ["door-102", "pool"], "r103": ["door-103a", "door-103b", "pool"],
            "rd": ["dorm", "entrance", "pool"], "rd1": ["dorm", "entrance", "pool"], "rd2": ["dorm", "entrance", "pool"],
            "rd3": ["dorm", "entrance", "pool"],
        ]
        var faults: [String] = []
        for lock in SmallHotel.locks {
            let guests = stays.values.filter { stay in
                stay.state == .started && stay.scheduledEnd > world.now && stay.resource.map { rooms[$0]?.contains(lock) ?? false } ?? false
            }
            let slots = world.doors[lock]?.slots ?? [:]
            for (slot, code) in foreign[lock] ?? [:] where slots[slot] != code {
                faults.append("\(lock): foreign slot \(slot) was touched")
            }
            let ours = slots.filter { foreign[lock]?[$0.key] == nil }
            if ours.keys.contains(where: { !(10...29).contains($0) }) { faults.append("\(lock): a slot beside ours was used") }
            let free = 18
            // Guests before codes of nobody.
            if ours.count != min(guests.count + backups, free) {
                faults.append("\(lock): \(ours.count) codes for \(guests.count) guests and \(backups) back-ups")
            }
            if guests.count + backups <= free {
                let nobodys = world.kept.values.filter { $0.lock == lock && $0.stay == "backup" && $0.goal == .on }.compactMap(\.code)
                let given = guests.compactMap { world.kept[GrantID($0.id, lock)]?.code } + nobodys
                if Set(given) != Set(ours.values) || given.count != ours.count { faults.append("\(lock): other codes than the guests'") }
            }
            faults += reuse(on: lock)
        }
        for grant in world.kept.values where grant.state == .overdue { faults.append("\(grant.id): overdue") }
        for grant in world.kept.values where grant.state == .removed && grant.code != nil { faults.append("\(grant.id): code kept") }
        return faults.sorted()
    }

    private func reuse(on lock: LockName) -> [String] {
        var owners: [String: (stay: StayID, at: Date)] = [:]
        var faults: [String] = []
        let marks = Dictionary(
            world.kept.values.filter { $0.lock == lock }.map { ($0.mark ?? "", $0.stay) }, uniquingKeysWith: { a, _ in a })
        for (code, at) in world.doors[lock]?.history ?? [] {
            guard let stay = marks[World.mark(code)] else { continue }
            if let before = owners[code], before.stay != stay, at.timeIntervalSince(before.at) < 30 * 86_400 {
                faults.append("\(lock): a code came again")
            }
            owners[code] = (stay, at)
        }
        let live = world.kept.values.filter { $0.lock == lock && $0.code != nil }
        if Set(live.compactMap(\.code)).count != live.count { faults.append("\(lock): two guests have one code") }
        return faults
    }
}
