// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation

/// What people and programs see of locks and grants.
extension AccessService {
    public var locks: [LockDocument] {
        guard let machine else { return [] }
        return machine.locks.values.sorted { $0.name < $1.name }.map { view in
            LockDocument(
                view, driver: drivers[view.name]?.driverName ?? "", grants: machine.grants.values.filter { $0.lock == view.name },
                doors: doors(of: view.name))
        }
    }

    /// All that is not over, and what ended lately; newest change first.
    public var grants: [GrantDocument] {
        guard let machine else { return [] }
        return machine.grants.values.filter { !$0.isBackup }.sorted { ($1.since, $0.id) < ($0.since, $1.id) }.map {
            document($0, in: machine)
        }
    }

    /// Reservations that are checked in and have no code, with the sentence why.
    public var refusals: [RefusalDocument] {
        guard let machine else { return [] }
        let unmapped = machine.refusals.map { id, reason in RefusedStay(id: id, number: machine.stays[id]?.number ?? "", reason: reason) }
        return (unmapped + refused.values).sorted { $0.id < $1.id }.map {
            RefusalDocument(reservationId: $0.id.rawValue, reservationNumber: $0.number, reason: $0.reason)
        }
    }

    public func notes(limit: Int) async throws(GrantStoreFault) -> [AccessNote] { try await store.notes(limit: limit) }

    /// Without codes: for pages and metrics.
    public var status: AccessStatus {
        guard let machine else { return AccessStatus() }
        let doors = machine.grants.values.filter { !$0.isOver && !$0.isBackup }.map { AccessStatus.Door($0) }
        let order = AccessStatus.Look.allCases.reversed().map(\.self)
        return AccessStatus(
            doors: (doors + openCardsNow).sorted {
                (order.firstIndex(of: $0.look) ?? 0, $0.door, $0.reservation) < (
                    order.firstIndex(of: $1.look) ?? 0, $1.door, $1.reservation
                )
            },
            locks: locks.map { lock in
                AccessStatus.Lock(
                    name: lock.name, state: lock.state.rawValue, battery: lock.battery, heardAt: lock.heardAt, codes: lock.codes,
                    slots: lock.slots, backupCodes: lock.backupCodes ?? 0)
            },
            withoutCode: refusals.map { "\($0.reservationNumber): \($0.reason)" })
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

    private func doors(of lock: LockName) -> [String] {
        rules.map.spaces.filter { $0.value.locks.contains(lock) }.keys.sorted()
            + rules.map.commonAreas.filter { $0.value.locks.contains(lock) }.keys.sorted()
    }

    func document(_ grant: Grant, in machine: AccessMachine) -> GrantDocument {
        let room = machine.stays[grant.stay]?.resource.flatMap { machine.resources[$0]?.name }
        return GrantDocument(grant, room: room)
    }
}

extension AccessStatus.Door {
    init(_ grant: Grant) {
        let look: AccessStatus.Look =
            switch grant.state {
            case .set: .good
            case .failed, .overdue: .bad
            // Not sent, because the lock cannot be reached.
            case .unset where grant.reason != nil: .bad
            case .unset, .setting, .removing, .removed: .wait
            }
        self.init(
            reservation: grant.number, door: grant.target, lock: grant.lock.rawValue, state: grant.state.rawValue, look: look,
            until: grant.window.end, reason: grant.reason, isBackup: grant.usesBackup == true)
    }
}
