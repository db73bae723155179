// SPDX-License-Identifier: Apache-2.0
import Access
import AccessCore
import BridgeCore
import EncoderModel
import Foundation
import Logging
import SiteConfiguration

/// Cards beside codes: queues one at check-in where the site says so, lets the PMS be told the serial numbers of those that were cut, and
/// says which cards of guests who left still open. A card knows its end by itself: nothing here can take one back.
///
/// Which cards there are is read from the journal of jobs each time. What cannot be read or queued now is tried again.
actor AccessCards {
    /// A check-in that is heard of later is no reason to blink at an empty desk: orders of a PMS live as long.
    static let longestWay: TimeInterval = 300
    private static let longestPause: Duration = .seconds(30)

    /// One guest's cards for one room.
    private struct Row: Hashable {
        var stay: StayID
        var room: String
    }

    /// A check-in whose card is not in the queue.
    private struct Missing {
        var request: JobRequest
        var change: StayChange
        /// Why, in the journal's words.
        var fault: String
        /// It is left to the clerk.
        var isGivenUp = false
    }

    private let settings: AccessSettings.CardSettings?
    private let issuesOnCheckIn: Bool
    private let desk: any JobDesk
    private let cut: CutCards
    private let service: AccessService
    private let time: Timekeeper
    private let logger: Logger
    private var open: [Row: AccessStatus.Door] = [:]
    /// Rooms that guests moved out of or left since the start.
    private var left: [StayID: Set<String>] = [:]
    private var missing: [StayID: Missing] = [:]
    /// What the journal could not be asked about.
    private var unreadStays: Set<StayID> = []
    private var unreadJobs: Set<JobID> = []
    private let bells: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(
        _ settings: AccessSettings.CardSettings?, issuesOnCheckIn: Bool, desk: any JobDesk, service: AccessService,
        time: Timekeeper = .system, logger: Logger
    ) {
        self.settings = settings
        self.issuesOnCheckIn = issuesOnCheckIn
        self.desk = desk
        cut = CutCards(desk: desk)
        self.service = service
        self.time = time
        self.logger = logger
        (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Tries again what the journal refused, until the task is cancelled.
    func run() async {
        for await _ in bells {
            var pause: Duration = .seconds(1)
            while hasWork {
                guard (try? await time.sleep(pause)) != nil else { return }
                await tryAgain()
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    private var hasWork: Bool { !unreadStays.isEmpty || !unreadJobs.isEmpty || missing.values.contains { !$0.isGivenUp } }

    private func tryAgain() async {
        let (stays, jobs) = (unreadStays, unreadJobs)
        (unreadStays, unreadJobs) = ([], [])
        for change in await service.stays where stays.contains(change.stay.id) { await look(at: change.stay, tells: false) }
        // Before orders: a clerk may have cut a card by hand meanwhile.
        for id in jobs { await read(id) }
        for late in missing.values where !late.isGivenUp { await placeAgain(late) }
    }

    // MARK: What is heard

    func heard(_ change: StayChange) async {
        let stay = change.stay
        if stay.state != .started || change.leaves { missing[stay.id] = nil }
        if change.isCheckIn(at: await service.moment(), within: Self.longestWay) { await order(change) }
        if change.leaves, let room = change.roomBefore { left[stay.id, default: []].insert(room) }
        await look(at: stay, tells: change.leaves)
        if change.endMoved { await sayOtherEnd(change) }
        if settings?.register == true, stay.state == .started { await service.cardsChanged(of: stay.id) }
    }

    /// A job ended: it may have made cards, whole or in part, for a guest or in place of a guest's.
    func heard(_ document: JobDocument) async {
        guard document.state.isFinal, !document.receipts.isEmpty, document.origin != .testCard else { return }
        await read(document.id)
    }

    /// Jobs may have ended unheard.
    func lookAgain() async {
        let stays = Set(open.keys.map(\.stay))
        for change in await service.stays where stays.contains(change.stay.id) { await look(at: change.stay, tells: false) }
    }

    private func read(_ id: JobID) async {
        do throws(JournalFault) {
            guard let job = try await desk.job(id), job.hasCutKeys, let room = job.order.lockIds.first else { return }
            let numbers = try await cut.reservations(in: room)
            let rows = Set(open.keys.filter { $0.room == room }.map(\.stay))
            for change in await service.stays where rows.contains(change.stay.id) || numbers.contains(change.stay.number) {
                let stay = change.stay
                if job.order.reservationNumber == stay.number { missing[stay.id] = nil }
                await look(at: stay, tells: false)
                if settings?.register == true, stay.state == .started { await service.cardsChanged(of: stay.id) }
            }
        } catch {
            unreadJobs.insert(id)
            bell.yield()
        }
    }

    // MARK: Check-in

    private func order(_ change: StayChange) async {
        guard let settings, settings.onCheckIn, issuesOnCheckIn, let room = change.room else { return }
        let now = await service.moment()
        let stay = change.stay
        guard stay.scheduledEnd > now else { return }
        let order = KeyOrder(
            lockIds: [room], validFrom: min(stay.actualStart ?? now, now), validUntil: stay.scheduledEnd, copies: settings.copies,
            reservationNumber: stay.number)
        // The same check-in twice is one card; checked in anew, it is another.
        let id = "\(stay.id) \(room) \(Int((stay.actualStart ?? stay.updated).timeIntervalSince1970))"
        let request = JobRequest(encoder: settings.encoder, order: order, origin: .access, externalID: id, createdAt: now)
        do throws(JournalFault) {
            try await place(request)
        } catch {
            logger.error("no card could be queued at check-in: \(error); it is tried again")
            missing[stay.id] = Missing(request: request, change: change, fault: error.description)
            bell.yield()
        }
    }

    private func place(_ request: JobRequest) async throws(JournalFault) {
        if case .accepted(let job) = try await desk.submit(request) {
            logger.notice("a card is queued at check-in", metadata: ["encoder": "\(request.encoder)", "job": "\(job.id)"])
        }
    }

    private func placeAgain(_ late: Missing) async {
        let id = late.change.stay.id
        guard late.change.isCheckIn(at: await service.moment(), within: Self.longestWay) else {
            guard missing[id] != nil else { return }
            missing[id]?.isGivenUp = true
            await show()
            return await service.note(.card, late.change.stay, sentence(late, isGivenUp: true))
        }
        do throws(JournalFault) {
            guard missing[id] != nil else { return }
            try await place(late.request)
            missing[id] = nil
            await show()
        } catch {
            missing[id]?.fault = error.description
        }
    }

    private func sentence(_ late: Missing, isGivenUp: Bool) -> String {
        let room = late.change.room ?? ""
        return "The card for reservation \(late.change.stay.number) in \(room) is not queued (\(late.fault)): "
            + (isGivenUp ? "cut it by hand." : "it is tried again; cut it by hand if the guest waits.")
    }

    // MARK: What was cut

    /// Which cards of a reservation open a room that is no longer its guest's.
    private func look(at stay: Stay, tells: Bool) async {
        let rooms = await pastRooms(of: stay)
        let before = Set(open.keys.filter { $0.stay == stay.id })
        var rows: [Row: AccessStatus.Door] = [:]
        if rooms.map({ !$0.isEmpty }) ?? true {
            do throws(JournalFault) {
                rows = doors(
                    of: stay, try await cut.of(stay.number).filter { rooms?.contains($0.room) ?? true }, at: await service.moment())
            } catch {
                unreadStays.insert(stay.id)
                bell.yield()
                return await show()
            }
        }
        for row in before { open[row] = nil }
        open.merge(rows) { $1 }
        await show()
        guard tells else { return }
        for (row, door) in rows.sorted(by: { $0.key.room < $1.key.room }) where !before.contains(row) {
            await service.note(.card, stay, door.reason ?? "")
        }
    }

    /// `nil`: all are, because the stay is over.
    private func pastRooms(of stay: Stay) async -> Set<String>? {
        switch stay.state {
        case .processed, .canceled: return nil
        case .started:
            var rooms = await service.roomsLeft(by: stay.id).union(left[stay.id] ?? [])
            if let room = await service.room(of: stay) { rooms.remove(room) }
            return rooms
        default: return left[stay.id] ?? []
        }
    }

    private func doors(of stay: Stay, _ cards: [CutCard], at now: Date) -> [Row: AccessStatus.Door] {
        var rows: [Row: AccessStatus.Door] = [:]
        for (room, cards) in Dictionary(grouping: cards.filter { $0.validUntil > now }, by: \.room) {
            guard let until = cards.map(\.validUntil).max() else { continue }
            let count = cards.count == 1 ? "1 card" : "\(cards.count) cards"
            let text =
                "\(count) of reservation \(stay.number) for \(room) can\(cards.count == 1 ? "" : " all") open until "
                + "\(until.formatted(.iso8601)): take \(cards.count == 1 ? "it" : "them") back, or cut a new key for the room."
            rows[Row(stay: stay.id, room: room)] = AccessStatus.Door(
                reservation: stay.number, door: room, lock: "", state: "card", look: .bad, until: until, reason: text)
        }
        return rows
    }

    private func sayOtherEnd(_ change: StayChange) async {
        let now = await service.moment()
        let end = change.stay.scheduledEnd
        // Only the access log hears of it: what the journal cannot tell now is not worth a second look.
        let cards: [CutCard]
        do throws(JournalFault) {
            cards = try await cut.of(change.stay.number)
        } catch {
            return logger.error("whether cards of reservation \(change.stay.number) have another end is not known: \(error)")
        }
        let other = cards.filter { $0.validUntil > now && abs($0.validUntil.timeIntervalSince(end)) > 60 }
        guard let card = other.first else { return }
        await service.note(
            .card, change.stay,
            "Reservation \(change.stay.number) ends \(end.formatted(.iso8601)) now, and its card for \(card.room) opens until "
                + "\(card.validUntil.formatted(.iso8601)): a card cannot be changed from here, cut it again.")
    }

    private func show() async {
        let now = await service.moment()
        open = open.filter { $1.until > now }
        missing = missing.filter { $1.change.stay.scheduledEnd > now }
        let waiting = missing.values.map { late in
            AccessStatus.Door(
                reservation: late.change.stay.number, door: late.change.room ?? "", lock: "", state: AccessService.cardMissing, look: .bad,
                until: late.change.stay.scheduledEnd, reason: sentence(late, isGivenUp: late.isGivenUp))
        }
        await service.show(openCards: (open.values + waiting).sorted { ($0.door, $0.reservation) < ($1.door, $1.reservation) })
    }
}
