// SPDX-License-Identifier: Apache-2.0
import Access
import AccessCore
import CloudConnector
import Crypto
import EncoderModel
import Foundation
import Journal
import LockDrivers
import LockIO
import Logging
import SiteConfiguration

/// Door codes: the broker, the locks behind it, the PMS they follow, plugged together.
struct AccessParts: Sendable {
    let service: AccessService
    private let client: MQTTClient
    private let source: MewsAccess?
    private let journal: SQLiteJournal
    private let keepLog: Duration
    private let logger: Logger

    /// `nil` where the site has no locks, or what it wrote of them cannot be used (said by the check of the file).
    init?(_ site: SiteConfiguration, journal: SQLiteJournal, logger: Logger) async {
        guard let access = site.access, let mqtt = site.mqtt, !site.locks.isEmpty else { return nil }
        let key: SymmetricKey
        let client: MQTTClient
        do {
            key = try await AccessMarkKey.read(for: site.journalPath, journal) { logger.notice("\($0)") }
            client = try MQTTClient(try mqtt.client())
        } catch {
            logger.error("no door codes: \(error)")
            return nil
        }
        var locks: [AccessService.Lock] = []
        for lock in site.locks {
            do throws(LockSettingsFault) {
                let driver = try LockCatalog.make(name: lock.driver, lock.settings)
                locks.append(AccessService.Lock(name: lock.name, driverName: lock.driver, driver: driver))
            } catch {
                logger.error("lock \(lock.name) is left out: \(error)")
            }
        }
        let log: @Sendable (String) -> Void = { logger.warning("\($0)") }
        let source =
            access.pms == .mews
            ? site.mews.map { MewsAccess(configuration: $0.connector(timeZone: site.timeZone), journal: journal, log: log) } : nil
        self.client = client
        self.source = source
        self.journal = journal
        self.logger = logger
        keepLog = access.keepLog
        service = AccessService(
            rules: access.rules, locks: locks, store: journal, source: source, way: client,
            mark: { code in
                HMAC<SHA256>.authenticationCode(for: Data(code.utf8), using: key).map { String(format: "%02x", $0) }.joined()
            },
            tell: { note in
                let level: Logger.Level = [.overdue, .failed, .drift, .foreign].contains(note.kind) ? .warning : .info
                logger.log(level: level, "\(note.text)")
            },
            log: log)
    }

    /// What knows of trouble with locks, codes and the reading of reservations.
    var reporting: [any HealthReporting] { [service] + (source.map { [$0] } ?? []) }

    /// An event said that a reservation changed.
    @Sendable func hint() { source?.hint() }

    func run() async {
        client.start()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
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
