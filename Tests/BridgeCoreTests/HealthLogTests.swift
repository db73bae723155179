// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Logging
import Synchronization
import TestKit
import Testing

@testable import BridgeCore

/// What the log is told of problems, in virtual time.
struct HealthLogTests {
    private final class Book: Sendable {
        let problems = Mutex<[HealthProblem]>([])
        let lines = Mutex<[String]>([])
        var said: [String] { lines.withLock { $0 } }
        func set(_ new: [HealthProblem]) { problems.withLock { $0 = new } }
    }

    private struct Lines: LogHandler {
        let book: Book
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) { book.lines.withLock { $0.append("\(event.message)") } }
    }

    private static let full = HealthProblem(.disk, "the disk is full")

    private func withLog(_ body: (HealthLog, EventHub, Book, VirtualTime) async throws -> Void) async rethrows {
        let (hub, book, time) = (EventHub(), Book(), VirtualTime())
        let logger = Logger(label: "test") { _ in Lines(book: book) }
        let log = HealthLog(hub, time: time.keeper, logger: logger) {
            time.touch()
            return book.problems.withLock { $0 }
        }
        let running = Task { await log.run() }
        _ = await time.pass(.zero)
        try await body(log, hub, book, time)
        running.cancel()
        await running.value
    }

    @Test func problem_isTold_whenItsEventComesRightBehindALook() async {
        await withLog { _, hub, book, time in
            // The first look was just now.
            book.set([Self.full])
            await hub.publish(.reportWaiting(.mews))
            #expect(await time.pass(HealthLog.pause) { book.said == ["the disk is full"] })
            book.set([])
            await hub.publish(.reportWaiting(.mews))
            #expect(await time.pass(HealthLog.pause) { book.said == ["the disk is full", "over: the disk is full"] })
        }
    }

    @Test func problem_isTold_whenNothingHappensButSomebodyAsks() async {
        await withLog { log, _, book, time in
            _ = await time.pass(.seconds(3600))
            book.set([Self.full])
            log.lookAgain()
            #expect(await time.pass(HealthLog.pause) { book.said == ["the disk is full"] })
        }
    }

    @Test func log_looksOnce_whenMuchHappensAtOnce() async {
        await withLog { _, hub, book, time in
            book.set([Self.full])
            for _ in 0..<(EventHub.kept * 2) { await hub.publish(.reportWaiting(.mews)) }
            _ = await time.pass(HealthLog.pause * 3)
            #expect(book.said == ["the disk is full"])
            // It was cut off as a listener that does not read, or not: it still hears.
            book.set([])
            await hub.publish(.reportWaiting(.mews))
            #expect(await time.pass(HealthLog.pause) { book.said.last == "over: the disk is full" })
        }
    }
}
