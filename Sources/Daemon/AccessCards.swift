// SPDX-License-Identifier: Apache-2.0
import Access
import AccessCore
import BridgeCore
import EncoderModel
import Foundation
import Logging
import SiteConfiguration

/// Cards beside codes: queues one at check-in where the site says so, tells the PMS the serial numbers of those that were cut, and says
/// which cards of guests who left still open. A card knows its end by itself: nothing here can take one back.
actor AccessCards {
    /// A check-in that is heard of later is no reason to blink at an empty desk: orders of a PMS live as long.
    static let longestWay: TimeInterval = 300
    private static let most = 20

    private let settings: AccessSettings.CardSettings?
    private let issuesOnCheckIn: Bool
    private let desk: any JobDesk
    private let service: AccessService
    private let logger: Logger
    private var open: [StayID: [AccessStatus.Door]] = [:]

    init(_ settings: AccessSettings.CardSettings?, issuesOnCheckIn: Bool, desk: any JobDesk, service: AccessService, logger: Logger) {
        self.settings = settings
        self.issuesOnCheckIn = issuesOnCheckIn
        self.desk = desk
        self.service = service
        self.logger = logger
    }

    func heard(_ change: StayChange) async {
        if change.isKnown {
            if change.stay.scheduledEnd > (await service.moment()), change.stay.state == .processed || change.stay.state == .canceled {
                await sayOpenCards(change, isNews: false)
            }
        } else if change.isCheckIn(at: await service.moment(), within: Self.longestWay) {
            await order(change)
        }
        if change.leaves { await sayOpenCards(change, isNews: true) }
        if change.endMoved { await sayOtherEnd(change) }
        if change.stay.state == .started { await register(change.stay) }
    }

    /// A job ended: it may have made cards of a guest's.
    func heard(_ document: JobDocument) async {
        guard document.state == .done, document.origin != .testCard else { return }
        guard let job = try? await desk.job(document.id), let number = job.order.reservationNumber,
            let change = await service.stays.first(where: { $0.stay.number == number })
        else { return }
        if change.stay.state == .started { await register(change.stay) }
        // A new key for the room stops those of before.
        for (id, doors) in open where doors.contains(where: { $0.door == job.order.lockIds.first }) {
            open[id] = job.order.mode == .new ? nil : doors
        }
        await show()
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
        do throws(JournalFault) {
            let request = JobRequest(encoder: settings.encoder, order: order, origin: .access, externalID: id, createdAt: now)
            if case .accepted(let job) = try await desk.submit(request) {
                logger.notice("a card is queued at check-in", metadata: ["encoder": "\(settings.encoder)", "job": "\(job.id)"])
            }
        } catch {
            logger.error("no card could be queued at check-in: \(error)")
        }
    }

    // MARK: What was cut

    /// Cards of the reservation that open: newest job first, up to the last that cancelled those before it.
    private func cards(of number: String) async -> [CutCard] {
        guard !number.isEmpty,
            let jobs = try? await desk.jobs(JobFilter(reservation: number, state: .done), limit: Self.most, before: nil)
        else { return [] }
        var cards: [CutCard] = []
        var closed: Set<String> = []
        for job in jobs where job.origin != .testCard {
            guard let room = job.order.lockIds.first, !closed.contains(room) else { continue }
            if job.order.mode == .new { closed.insert(room) }
            cards += job.receipts.map {
                CutCard(room: room, serial: $0.serial, validFrom: job.order.validFrom, validUntil: job.order.validUntil)
            }
        }
        return cards
    }

    private func register(_ stay: Stay) async {
        guard settings?.register == true else { return }
        await service.register(await cards(of: stay.number), for: stay.id)
    }

    private func sayOpenCards(_ change: StayChange, isNews: Bool) async {
        let now = await service.moment()
        let room = isNews ? change.roomBefore : change.room
        var doors: [AccessStatus.Door] = []
        let all = await cards(of: change.stay.number).filter { $0.validUntil > now && (room == nil || $0.room == room) }
        for (room, cards) in Dictionary(grouping: all, by: \.room).sorted(by: { $0.key < $1.key }) {
            guard let until = cards.map(\.validUntil).max(), await !isReplaced(room, by: change.stay.number) else { continue }
            let count = cards.count == 1 ? "1 card" : "\(cards.count) cards"
            let text =
                "\(count) of reservation \(change.stay.number) for \(room) can\(cards.count == 1 ? "" : " all") open until "
                + "\(until.formatted(.iso8601)): take \(cards.count == 1 ? "it" : "them") back, or cut a new key for the room."
            doors.append(
                AccessStatus.Door(
                    reservation: change.stay.number, door: room, lock: "", state: "card", look: .bad, until: until, reason: text))
            if isNews { await service.note(.card, change.stay, text) }
        }
        open[change.stay.id] = doors.isEmpty ? nil : doors
        await show()
    }

    /// Whether the next guest's key has stopped them.
    private func isReplaced(_ room: String, by number: String) async -> Bool {
        let newest = try? await desk.jobs(JobFilter(room: room, state: .done), limit: Self.most, before: nil).first {
            $0.order.mode == .new && $0.order.lockIds.first == room && $0.origin != .testCard
        }
        guard let newest else { return false }
        return newest.order.reservationNumber != number
    }

    private func sayOtherEnd(_ change: StayChange) async {
        let now = await service.moment()
        let end = change.stay.scheduledEnd
        let other = await cards(of: change.stay.number).filter { $0.validUntil > now && abs($0.validUntil.timeIntervalSince(end)) > 60 }
        guard let card = other.first else { return }
        await service.note(
            .card, change.stay,
            "Reservation \(change.stay.number) ends \(end.formatted(.iso8601)) now, and its card for \(card.room) opens until "
                + "\(card.validUntil.formatted(.iso8601)): a card cannot be changed from here, cut it again.")
    }

    private func show() async {
        await service.show(openCards: open.values.flatMap { $0 }.sorted { ($0.door, $0.reservation) < ($1.door, $1.reservation) })
    }
}
