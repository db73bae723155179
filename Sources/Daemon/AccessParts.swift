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
            key = try await Self.key(in: journal)
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
                while !Task.isCancelled {
                    let date = Date() - TimeInterval(keepLog.components.seconds)
                    do throws(GrantStoreFault) {
                        try await journal.forget(before: date, codesBefore: Date() - CodeIssuer.memory)
                    } catch {
                        logger.warning("\(error)")
                    }
                    try? await Task.sleep(for: .seconds(6 * 3600))  // cancelled: the loop ends
                }
            }
            await group.waitForAll()
        }
        client.stop()
    }

    /// The key of the hashes by which codes are known again. It stays in the journal, so that they are after a restart.
    private static func key(in journal: SQLiteJournal) async throws(JournalFault) -> SymmetricKey {
        if let text = try await journal.fact(.accessMarkKey), let bytes = Data(base64Encoded: text), bytes.count == 32 {
            return SymmetricKey(data: bytes)
        }
        let key = SymmetricKey(size: .bits256)
        try await journal.setFact(.accessMarkKey, key.withUnsafeBytes { Data($0).base64EncodedString() })
        return key
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
