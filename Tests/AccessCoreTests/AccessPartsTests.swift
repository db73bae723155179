// SPDX-License-Identifier: Apache-2.0
import Access
import BridgeCore
import EncoderModel
import Foundation
import Journal
import Logging
import SiteConfiguration
import Testing

@testable import Daemon

/// What keeps doors from being served is said, and not only in the log.
@Suite struct AccessPartsTests {
    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "access-parts-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// - Parameter prepare: what lies in the site's folder.
    private func problems(_ mqtt: String, _ prepare: (String) throws -> Void = { _ in }) async throws -> [HealthProblem] {
        let folder = try folder()
        try prepare(folder)
        let text = """
            journal: { path: \(folder)/journal.sqlite }
            mqtt: { broker: "mqtt://127.0.0.1:1883"\(mqtt) }
            locks:
              door-101: { driver: zigbee2mqtt, topic: "zigbee2mqtt/Room 101", slots: 10-29 }
            access:
              pms: fias
              issueOnCheckIn: true
              spaces: { "101": { locks: [door-101] } }
            connector:
              fias: { listen: "127.0.0.1:5010", from: [127.0.0.1], encoders: { "1": front-desk } }
            """
        let site = try ConfigurationReading.read(
            text, file: "f.yaml", folder: folder, driverCheck: { _ in [] }, sharingCheck: ConfigurationReading.nobodyShares
        ).configuration
        let journal = try SQLiteJournal(path: folder + "/journal.sqlite")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let queue = JobQueue(encoders: [], journal: journal, timeZone: nil, logger: logger)
        var problems: [HealthProblem] = []
        let parts = await AccessParts(site, journal: journal, queue: queue, logger: logger, problems: &problems)
        #expect((parts == nil) == problems.contains { $0.subject == "door codes" })
        try journal.close()
        return problems
    }

    @Test func passwordThatCannotBeRead_isAProblemOfStatus() async throws {
        let problem = try #require(try await problems(", userFile: nowhere, passwordFile: nowhere").first)
        #expect(problem.area == .access && problem.weight == .trouble)
        #expect(problem.sentence.contains("nowhere") && problem.sentence.contains("systemctl restart"))
    }

    @Test func markKeyThatIsDamaged_isAProblemOfStatus() async throws {
        let found = try await problems("") { folder in
            #expect(
                FileManager.default.createFile(
                    atPath: folder + "/access-mark-key", contents: Data("abc\n".utf8), attributes: [.posixPermissions: 0o600]))
        }
        #expect(found.first?.sentence.contains("access-mark-key") == true)
    }

    @Test func codesOnLocksThatAreNotConfiguredAnyMore_areAProblem() async throws {
        let journal = try SQLiteJournal(path: try folder() + "/journal.sqlite")
        let now = Date()
        var grant = Grant(
            id: "s1.door-101", stay: "s1", number: "1001", lock: "door-101", target: "101", isCommon: false,
            window: Window(start: now - 3600, end: now + 3600), goal: .on, state: .set, since: now)
        try await journal.keep([.grant(grant)])
        #expect(await AccessParts.leftBehind(in: journal) == nil, "nothing was sent for it")
        (grant.slot, grant.onLockSince) = (10, now)
        try await journal.keep([.grant(grant)])
        var site = SiteConfiguration()
        site.journal.path = "unused"
        var problems: [HealthProblem] = []
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let queue = JobQueue(encoders: [], journal: journal, timeZone: nil, logger: logger)
        let parts = await AccessParts(site, journal: journal, queue: queue, logger: logger, problems: &problems)
        #expect(parts == nil && problems.count == 1)
        let problem = try #require(problems.first)
        #expect(problem.weight == .trouble && problem.sentence.contains("1 code is on locks") && problem.sentence.contains("door-101"))
        #expect(await AccessParts.leftBehind(in: journal, now: now + 40 * 86_400)?.weight == .note)
        grant.state = .removed
        try await journal.keep([.grant(grant)])
        #expect(await AccessParts.leftBehind(in: journal) == nil)
        try journal.close()
    }

    @Test func soundSite_hasNone() async throws { #expect(try await problems("").isEmpty) }
}
