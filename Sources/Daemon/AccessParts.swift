// SPDX-License-Identifier: Apache-2.0
import Access
import AccessCore
import BridgeCore
import CloudConnector
import Crypto
import EncoderModel
import Foundation
import Journal
import LockDrivers
import LockIO
import LockServer
import Logging
import SiteConfiguration

/// Door codes: the broker, the locks behind it, the PMS they follow, plugged together.
struct AccessParts: Sendable {
    let service: AccessService
    private let cards: AccessCards
    private let changes = AsyncStream<StayChange>.makeStream()
    private let client: MQTTClient
    private let source: MewsAccess?
    /// Takes what a hotel system tells over FIAS, where doors follow it.
    let guests: GuestStays?
    private let journal: SQLiteJournal
    private let keepLog: Duration
    private let logger: Logger
    private let events: EventHub
    private let news = AsyncStream<AccessEvent>.makeStream(bufferingPolicy: .bufferingNewest(1000))

    /// `nil` where the site has no locks, or what it wrote of them cannot be used (said by the check of the file).
    /// - Parameter problems: what keeps doors or some of them from being served, until the next start.
    init?(
        _ site: SiteConfiguration, journal: SQLiteJournal, queue: JobQueue, logger: Logger, problems: inout [HealthProblem]
    ) async {
        guard let access = site.access, let mqtt = site.mqtt, !site.locks.isEmpty else {
            if let left = await Self.leftBehind(in: journal) { problems.append(left) }
            return nil
        }
        let key: SymmetricKey
        let client: MQTTClient
        do {
            let reading = try await AccessMarkKey.read(for: site.journalPath, journal) { logger.notice("\($0)") }
            // The log of problems says what is among them.
            if let problem = reading.problem { problems.append(problem) }
            key = reading.key
            client = try MQTTClient(try mqtt.client())
        } catch {
            problems.append(
                HealthProblem(
                    .access, subject: "door codes", since: Date(),
                    "no door gets a code and none is taken off: \(error); then `systemctl restart encoder-bridge`"))
            return nil
        }
        var locks: [AccessService.Lock] = []
        for lock in site.locks {
            do throws(LockSettingsFault) {
                let driver = try LockCatalog.make(name: lock.driver, lock.settings)
                locks.append(AccessService.Lock(name: lock.name, driverName: lock.driver, driver: driver))
            } catch {
                problems.append(HealthProblem(.lock, subject: lock.name.rawValue, since: Date(), "left out: \(error)"))
            }
        }
        let log: @Sendable (String) -> Void = { logger.warning("\($0)") }
        let source =
            access.pms == .mews
            ? site.mews.map { MewsAccess(configuration: $0.connector(timeZone: site.timeZone), journal: journal, log: log) } : nil
        let guests = access.pms == .fias ? GuestStays(zone: { await queue.clock().timeZone }, log: log) : nil
        self.client = client
        self.source = source
        self.guests = guests
        self.journal = journal
        events = queue.events
        let changed = changes.continuation
        let bell = news.continuation
        self.logger = logger
        keepLog = access.keepLog
        let register = access.cards?.register == true
        let cut = CutCards(desk: queue)
        service = AccessService(
            rules: access.rules, locks: locks, store: journal, source: source ?? guests, way: client,
            mark: { code in
                HMAC<SHA256>.authenticationCode(for: Data(code.utf8), using: key).map { String(format: "%02x", $0) }.joined()
            },
            cutCards: { stay throws(AccessSourceFault) in register ? try await cut.of(stay) : [] },
            tell: { note in
                let level: Logger.Level = [.overdue, .failed, .drift, .foreign, .backup].contains(note.kind) ? .warning : .info
                logger.log(level: level, "\(note.text)")
                bell.yield(AccessEvent(note))
            },
            onChange: { changed.yield($0) }, log: log)
        cards = AccessCards(
            access.cards, issuesOnCheckIn: access.rules.issueOnCheckIn, desk: queue, service: service, logger: logger)
    }

    /// What knows of trouble with locks, codes and the reading of reservations.
    var reporting: [any HealthReporting] { [service] + (source.map { [$0] } ?? []) }

    /// An event said that a reservation changed.
    @Sendable func hint() { source?.hint() }

    func run() async {
        client.start()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            group.addTask { for await change in changes.stream { await cards.heard(change) } }
            group.addTask { await cards.run() }
            group.addTask {
                while !Task.isCancelled {
                    // A listener that fell behind is cut off by the hub; what it missed is looked at again.
                    let subscription = await events.subscribe()
                    await cards.lookAgain()
                    for await numbered in subscription.events {
                        if case .job(let job) = numbered.event { await cards.heard(job) }
                    }
                }
            }
            group.addTask { for await event in news.stream { await events.publish(.access(event)) } }
            group.addTask {
                while !Task.isCancelled { await forget() }
            }
            await group.waitForAll()
        }
        client.stop()
    }

    /// Once a clock is known to be right: by a wrong one it would forget who is in the house.
    private func forget() async {
        guard let now = await service.trustedNow else {
            try? await Task.sleep(for: .seconds(60))  // cancelled: the loop ends
            return
        }
        do throws(GrantStoreFault) {
            try await journal.forget(
                before: now - TimeInterval(keepLog.components.seconds), codesBefore: now - CodeIssuer.memory)
        } catch {
            logger.warning("\(error)")
        }
        try? await Task.sleep(for: .seconds(6 * 3600))  // cancelled: the loop ends
    }
}

extension AccessEvent {
    init(_ note: AccessNote) {
        let kind: Kind =
            switch note.kind {
            case .granted: .granted
            case .set: .set
            case .removed: .removed
            case .failed: .failed
            case .overdue: .overdue
            case .drift: .changed
            case .backup: .backup
            case .card: .card
            case .reachable: .online
            case .unreachable: .offline
            case .foreign: .foreign
            case .used: .used
            }
        self.init(
            kind: kind, at: note.at, grant: note.grant?.rawValue, reservation: note.number, lock: note.lock?.rawValue, text: note.text)
    }
}

extension MQTTSettings {
    /// With user and password read from their files.
    fileprivate func client() throws(SecretFault) -> MQTTConfiguration {
        let user = try Self.secret(userFile)
        let password = try Self.secret(passwordFile)
        return MQTTConfiguration(
            host: host, port: port, usesTLS: usesTLS, user: user, password: password, trustRootsFile: trustRootsFile,
            certificateFile: certificateFile, keyFile: keyFile, clientID: clientID)
    }

    private static func secret(_ path: String?) throws(SecretFault) -> String? {
        guard let path else { return nil }
        return try SecretFile.read(path)
    }
}
