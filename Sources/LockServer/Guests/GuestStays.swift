// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation

/// Guests of a hotel system that speaks FIAS, as a source of who may open doors: GI checks in, GC moves or changes the stay, GO checks out.
/// The hotel system takes no codes back.
public final class GuestStays: AccessSource {
    /// The end of a stay on its last day: FIAS tells days only, and noon is the usual time of departure.
    static let departure = (hour: 12, minute: 0)

    /// FIAS tells one with its link, which nobody keeps right.
    public let tellsTime = false
    private let zone: @Sendable () async -> TimeZone
    private let log: @Sendable (String) -> Void
    private let events: AsyncStream<GuestEvent>
    private let inbox: AsyncStream<GuestEvent>.Continuation

    /// - Parameters:
    ///   - zone: the hotel's.
    ///   - mostWaiting: how many events wait here for the disk; the next one waits where it came from.
    public init(zone: @escaping @Sendable () async -> TimeZone, mostWaiting: Int = 10_000, log: @escaping @Sendable (String) -> Void) {
        self.zone = zone
        self.log = log
        (events, inbox) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(mostWaiting))
    }

    /// Something happened to a guest; told again it does no harm. Returns once there is room for it: no check-out is dropped here.
    public func tell(_ event: GuestEvent) async {
        while case .dropped = inbox.yield(event) {
            guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
        }
    }

    public func run(_ take: @escaping @Sendable (StayNews) async throws(GrantStoreFault) -> Void) async {
        // Nobody is asked: what is kept here is all there is.
        await give(StayNews(isAll: true), take)
        for await event in events {
            let news = Self.news(of: event, in: await zone())
            for refused in news.refused { log(refused.reason) }
            await give(news, take)
        }
    }

    /// Until it is durable; ends early only with the task.
    private func give(_ news: StayNews, _ take: @Sendable (StayNews) async throws(GrantStoreFault) -> Void) async {
        while !Task.isCancelled {
            do throws(GrantStoreFault) {
                return try await take(news)
            } catch {
                try? await Task.sleep(for: .seconds(1))  // cancelled: the loop ends
            }
        }
    }

    /// A guest who is in house and nobody said until when is refused: a code without an end is never given.
    static func news(of event: GuestEvent, in zone: TimeZone) -> StayNews {
        let time = HotelTime(zone: zone)
        let now = event.at ?? Date()
        let start = event.arrival.flatMap { time.instant(date: $0, hour: 0, minute: 0) } ?? now
        func day(_ hour: Int, _ minute: Int) -> Date? { event.departure.flatMap { time.instant(date: $0, hour: hour, minute: minute) } }
        let hasLeft = event.kind == .checkedOut
        var end = day(departure.hour, departure.minute)
        // Told to be in house after noon of the last day, as one who comes and goes on the same day: until the end of that day.
        if !hasLeft, let noon = end, noon <= now { end = day(23, 59) }
        guard let end = end ?? (hasLeft ? now : nil) else {
            let reason =
                "Reservation \(event.reservation) in room \(event.room) has no day of departure (GD) and gets no door code: let the hotel "
                + "system send GD."
            return StayNews(refused: [RefusedStay(id: StayID(event.reservation), number: event.reservation, reason: reason)])
        }
        let room = Resource(id: ResourceID(event.room), name: event.room)
        let stay = Stay(
            id: StayID(event.reservation), number: event.reservation, state: hasLeft ? .processed : .started, resource: room.id,
            scheduledStart: min(start, end), scheduledEnd: end, actualStart: event.checkedInAt.map { min($0, end) },
            actualEnd: hasLeft ? now : nil, updated: now)
        return StayNews(stays: [stay], resources: [room], isRepeated: event.isRepeated || event.checkedInAt == nil)
    }

    public func tokens(of stays: [StayID]) async throws(AccessSourceFault) -> [PMSToken] { [] }
    public func add(_ tokens: [CodeToken]) async throws(AccessSourceFault) {}
    public func update(_ tokens: [PMSToken]) async throws(AccessSourceFault) {}
    public func delete(_ ids: [String]) async throws(AccessSourceFault) {}
}
