// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation

/// Reservations of a property in Mews, and its codes: the list of what was updated is the truth, an event only makes it be read at once.
public actor MewsAccess: AccessSource {
    /// How far back what was updated is read again: an update may become visible after a later one.
    private static let overlap: TimeInterval = 120
    /// Mews takes no longer intervals than three months.
    private static let longestGap: TimeInterval = 80 * 86_400
    /// Requests have 2 s between them: 15 in the window in which Mews allows 200, beside the 180 of the connector.
    private static let spacing: Duration = .seconds(2)
    private static let pauses: [Duration] = [.seconds(2), .seconds(5), .seconds(15), .seconds(30), .seconds(60)]

    public nonisolated let tellsTime = true
    /// What is waited before a page is asked for once more.
    private static let pageTries: [Duration] = [.milliseconds(500), .seconds(2)]
    let configuration: MewsConfiguration
    private let journal: any JobJournal
    let transport: any MewsTransport
    private let poll: Duration
    private let spacing: Duration
    private let log: @Sendable (String) -> Void
    /// A change is remembered that was told while something is being read: that reading may be past it.
    private let hints: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation
    private var lastCall: ContinuousClock.Instant?
    private var known: Set<ResourceID> = []
    private var resourcesReadAt: ContinuousClock.Instant?
    /// Who is in the house was read once since the start.
    private var hasHouse = false
    private let uptime: @Sendable () -> Duration
    private var clock = MewsClock()
    /// Mews' time at this moment, however long its last answer has been in hand; `nil` until it has told it.
    var told: Date? { clock.now(at: uptime()) }
    /// What is wrong with the reading of reservations, in one sentence.
    public private(set) var problem: (sentence: String, since: Date)?

    /// - Parameter poll: how often what was updated is read although no event came.
    public init(
        configuration: MewsConfiguration, journal: any JobJournal, poll: Duration = .seconds(20),
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.init(
            configuration: configuration, journal: journal, poll: poll, spacing: Self.spacing, transport: NetworkTransport(configuration),
            log: log)
    }

    init(
        configuration: MewsConfiguration, journal: any JobJournal, poll: Duration, spacing: Duration, transport: any MewsTransport,
        uptime: @escaping @Sendable () -> Duration = Timekeeper.system.uptime, log: @escaping @Sendable (String) -> Void
    ) {
        self.uptime = uptime
        self.configuration = configuration
        self.journal = journal
        self.poll = poll
        self.spacing = spacing
        self.transport = transport
        self.log = log
        (hints, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Some reservation changed: read now.
    public nonisolated func hint() { bell.yield() }

    public func run(_ take: @escaping @Sendable (StayNews) async throws(GrantStoreFault) -> Void) async {
        var isFirst = true
        var failures = 0
        while !Task.isCancelled {
            var pause = poll
            do {
                try await read(isFirst: isFirst, take)
                isFirst = false
                failures = 0
                problem = nil
            } catch let fault as AccessSourceFault {
                note(fault.description)
                failures += 1
                if let demanded = fault.retryAfter {
                    // No event is a reason to ask before the time that Mews named.
                    try? await Task.sleep(for: demanded)  // cancelled: the loop ends
                    continue
                }
                pause = Self.pauses[min(failures, Self.pauses.count) - 1]
            } catch {
                note("\(error)")
                pause = Self.pauses[0]
            }
            await waitForHint(atMost: pause)
        }
        await transport.shutdown()
    }

    private func note(_ sentence: String) {
        if problem?.sentence != sentence { log(sentence) }
        problem = (sentence, problem?.since ?? Date())
    }

    private func waitForHint(atMost pause: Duration) async {
        let alarm = Task { [bell] in
            guard (try? await Task.sleep(for: pause)) != nil else { return }
            bell.yield()
        }
        for await _ in hints { break }
        alarm.cancel()
    }

    private func read(isFirst: Bool, _ take: @Sendable (StayNews) async throws(GrantStoreFault) -> Void) async throws {
        let mark = try await journal.fact(.accessUpdated).flatMap(UTCText.parse)
        // What of the first reading is done is not read again when the rest of it fails.
        if resourcesReadAt.map({ ContinuousClock.now - $0 > .seconds(3600) }) ?? true { try await readResources(take) }
        // Asked by this machine's clock, a wrong one would ask about a wrong week.
        let now = told ?? Date()
        var newest = mark
        if !hasHouse {
            // Who is in the house, however long ago the last change was.
            newest = try await takeAll(newest, take) {
                $0.CollidingUtc = AccessRequest.Interval(now.addingTimeInterval(-86_400), now.addingTimeInterval(7 * 86_400))
                $0.States = ["Started", "Confirmed"]
            }
            hasHouse = true
        }
        let since = max(mark ?? now.addingTimeInterval(-3600), now.addingTimeInterval(-Self.longestGap)).addingTimeInterval(-Self.overlap)
        newest = try await takeAll(newest, take) {
            $0.UpdatedUtc = AccessRequest.Interval(since, max(now, since).addingTimeInterval(86_400))
        }
        if isFirst { try await take(StayNews(isAll: true)) }
        if let newest, newest != mark { try await journal.setFact(.accessUpdated, UTCText.text(newest)) }
    }

    /// All pages of one question; gives the newest update that was seen.
    private func takeAll(
        _ before: Date?, _ take: @Sendable (StayNews) async throws(GrantStoreFault) -> Void, _ ask: (inout AccessRequest) -> Void
    ) async throws -> Date? {
        var newest = before
        var cursor: String?
        repeat {
            let page = try await page(.reservations, as: ReservationPage.self) { request in
                request.Limitation = AccessRequest.Limit(Cursor: cursor)
                ask(&request)
            }
            let isStrange = page.stays.contains { $0.resource.map { !known.contains($0) } ?? false }
            if isStrange, resourcesReadAt.map({ ContinuousClock.now - $0 > .seconds(60) }) ?? true { try await readResources(take) }
            if told != nil || !page.stays.isEmpty { try await take(StayNews(stays: page.stays, time: told)) }
            if page.broken > 0 { note("Mews sent reservations that cannot be read (\(page.broken)): tell Mews' support.") }
            newest = ([newest] + page.stays.map(\.updated)).compactMap(\.self).max()
            cursor = page.cursor
        } while cursor != nil
        return newest
    }

    private func readResources(_ take: @Sendable (StayNews) async throws(GrantStoreFault) -> Void) async throws {
        var cursor: String?
        repeat {
            let page = try await page(.resources, as: ResourcePage.self) {
                $0.Limitation = AccessRequest.Limit(Cursor: cursor)
                $0.Extent = AccessRequest.ResourceExtent()
            }
            try await take(StayNews(resources: page.resources, time: told))
            known.formUnion(page.resources.map(\.id))
            cursor = page.cursor
        } while cursor != nil
        resourcesReadAt = .now
    }

    /// One page, asked for again at once when it failed: a list of many pages would else begin anew each time, and come to its end on no
    /// line that fails now and then.
    private func page<Value: Decodable & Sendable>(
        _ operation: MewsOperation, as type: Value.Type, _ fill: (inout AccessRequest) -> Void
    ) async throws(AccessSourceFault) -> Value {
        for pause in Self.pageTries {
            do throws(MewsProblem) {
                return try await ask(operation, as: type, fill)
            } catch {
                // What Mews refuses is no matter of chance.
                guard error.isPassing, error.wait == nil, !Task.isCancelled else { throw AccessSourceFault(error) }
                note(error.sentence)
                try? await Task.sleep(for: pause)  // cancelled: the next try fails by itself
            }
        }
        return try await call(operation, as: type, fill)
    }

    // MARK: Tokens

    public func tokens(of stays: [StayID]) async throws(AccessSourceFault) -> [PMSToken] {
        var found: [PMSToken] = []
        var cursor: String?
        repeat {
            let page = try await call(.accessTokens, as: TokenPage.self) {
                $0.Limitation = AccessRequest.Limit(Cursor: cursor)
                $0.ServiceOrderIds = stays.map(\.rawValue)
                $0.ActivityStates = ["Active"]
            }
            found += page.tokens
            cursor = page.cursor
        } while cursor != nil
        return found
    }

    public func add(_ tokens: [CodeToken]) async throws(AccessSourceFault) {
        _ = try await call(.addAccessTokens, as: EmptyAnswer.self) {
            $0.ResourceAccessTokenParameters = tokens.map { AccessRequest.Addition($0) }
        }
    }

    public func update(_ tokens: [PMSToken]) async throws(AccessSourceFault) {
        _ = try await call(.updateAccessTokens, as: EmptyAnswer.self) {
            $0.ResourceAccessTokenUpdates = tokens.map { AccessRequest.Update($0) }
        }
    }

    public func delete(_ ids: [String]) async throws(AccessSourceFault) {
        _ = try await call(.deleteAccessTokens, as: EmptyAnswer.self) { $0.Ids = ids }
    }

    // MARK: One request

    func takeTurn() async {
        let now = ContinuousClock.now
        let turn = max(now, lastCall.map { $0 + spacing } ?? now)
        lastCall = turn
        if turn > now { try? await Task.sleep(until: turn) }  // cancelled: the request fails by itself
    }

    /// Only Mews' own word counts.
    func hear(_ answer: Answer) { clock.heard(header: answer.date, at: uptime()) }
}

extension MewsAccess: HealthReporting {
    public func healthProblems() async -> [HealthProblem] {
        problem.map { [HealthProblem(.access, subject: "reservations", since: $0.since, $0.sentence)] } ?? []
    }
}
