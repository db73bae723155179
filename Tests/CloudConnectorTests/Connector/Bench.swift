// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging
import Synchronization
import TestKit

@testable import CloudConnector

/// A connector between a fake Mews, a fake desk and a journal in memory, on a clock that the test moves.
final class Bench: Sendable {
    let time = VirtualTime()
    let mews: FakeMews
    let journal = MemoryJournal()
    let desk: FakeDesk
    let tokens = Mutex(MewsTokens.pair(clientToken: "CT", accessToken: "AT"))
    let log = LogKeeper()
    private let tokenFault = Mutex<(any Error)?>(nil)
    private let unknown: MewsProperty.UnknownKeyCutter
    private let timeZone: TimeZone?

    init(
        tokens: MewsTokens = .pair(clientToken: "CT", accessToken: "AT"), unknown: MewsProperty.UnknownKeyCutter = .fail,
        timeZone: TimeZone? = nil
    ) {
        self.timeZone = timeZone
        mews = FakeMews(time)
        desk = FakeDesk(journal, time: time)
        self.unknown = unknown
        self.tokens.withLock { $0 = tokens }
    }

    /// Runs a connector of its own while the body runs, and waits until it has ended.
    func running(_ body: @Sendable (MewsConnector) async throws -> Void) async throws {
        let keeper = log
        let connector = MewsConnector(
            configuration: MewsConfiguration(MewsProperty(client: "Test 1", unknownKeyCutter: unknown), timeZone: timeZone) {
                if let fault = self.tokenFault.withLock({ $0 }) { throw fault }
                return self.tokens.withLock { $0 }
            },
            desk: desk, journal: journal, logger: Logger(label: "test") { _ in keeper }, transport: mews, time: time.keeper,
            random: { 0.5 })
        let run = Task(executorPreference: CountedExecutor(time)) { await connector.run() }
        do {
            try await body(connector)
        } catch {
            run.cancel()
            await run.value
            throw error
        }
        run.cancel()
        await run.value
    }

    /// The token files cannot be read any more; `nil`: they can.
    func breakTokens(_ fault: (any Error)?) { tokenFault.withLock { $0 = fault } }

    func connected(_ connector: MewsConnector) async -> Bool {
        await time.pass(.seconds(120)) { await connector.status.state == .connected }
    }

    func job(_ id: String) async throws -> Job? { try await journal.job(origin: .mews, externalID: id) }

    func updates(_ id: String? = nil) -> [String] { mews.updates.filter { id == nil || $0.id == id }.map(\.state) }
}

/// Keeps every log line.
struct LogKeeper: LogHandler {
    private final class Lines: Sendable { let all = Mutex<[String]>([]) }
    private let kept = Lines()
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    var lines: [String] { kept.all.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        kept.all.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
    }
}
