// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation

/// What people and programs see of locks and grants.
extension AccessService {
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

    func document(_ grant: Grant, in machine: AccessMachine) -> GrantDocument {
        let room = machine.stays[grant.stay]?.resource.flatMap { machine.resources[$0]?.name }
        return GrantDocument(grant, room: room)
    }
}
