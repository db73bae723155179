// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import CardLayouts
import DriverKit
import EncoderModel
import Foundation
import Logging
import Synchronization
import TestKit
import Testing

/// Card content, keys and serial numbers are not in what people read who only look after the bridge.
@Suite(.timeLimit(.minutes(6))) struct RedactionTests {
    private final class Lines: Sendable {
        let text = Mutex("")
    }

    private struct Collector: LogHandler {
        let lines: Lines
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            lines.text.withLock { $0 += "\(event.message) \(event.metadata ?? [:])\n" }
        }
    }

    @Test func contentAndSerials_areNowhere_inLogsAndTrails() async throws {
        let lines = Lines()
        let logger = Logger(label: "test") { _ in Collector(lines: lines) }
        let journal = MemoryJournal()
        let device = RawToyDevice(card: "04DECAFBAD", next: ["04C0FFEE99", nil])
        device.change { $0.content["04DECAFBAD"] = "OLD SECRET" }
        var text = CardLayoutText()
        text.tracks = [2: "987654321{hmac key=door bytes=4 digits=8}={lock}"]
        var layout = try CardLayout(name: "door", text)
        layout.keys = CardKeys(["door": Array("keykeykeykey".utf8)])
        let bench = await Bench(
            driver: RawToyDriver(presence: .polled(every: .milliseconds(5)), patience: .seconds(1)), journal: journal, layout: layout,
            logger: logger,
            device: device.device)
        let subscription = await bench.queue.events.subscribe()
        #expect(await bench.reaches(.ready))
        _ = try await bench.queue.perform(.read, on: "desk")
        let done = try await bench.cut(copies: 2)
        #expect(done.receipts.map(\.serial) == ["04DECAFBAD", "04C0FFEE99"])
        // The key was taken away; the same card comes for another order.
        try await eventually { await bench.queue.encoder("desk")?.card.state == .absent }
        device.put("04C0FFEE99")
        device.change { $0.next = [nil] }
        let failed = try await bench.cut(copies: 2, image: RawJobTests.image("55555"))
        #expect(failed.receipts.map(\.serial) == ["04C0FFEE99"])
        subscription.end()

        var trail = ""
        for id in [done.id, failed.id] {
            for entry in try await journal.trail(of: id) { trail += entry.note + "\n" }
        }
        // The same card has the same mark, and it is not the start of its number.
        let marks = trail.matches(of: /\[card ([0-9A-F]{8})(?:, ([0-9A-F]{8}))?\]/).map { String($0.output.1) }
        #expect(marks.count >= 2 && !marks.contains("04DECAFB"))
        let log = lines.text.withLock { $0 }
        #expect(log.contains("card present"))
        var events = ""
        for await numbered in subscription.events { events += "\(numbered.event)" }
        for secret in ["987654321", "55555", "OLD SECRET", "keykeykeykey", "6B65796B"] {
            #expect(!log.contains(secret) && !trail.contains(secret) && !events.contains(secret), "\(secret)")
        }
        for serial in ["04DECAFBAD", "04C0FFEE99", "DECAFBAD", "C0FFEE99"] {
            #expect(!log.contains(serial) && !trail.contains(serial), "\(serial)")
        }
        // Receipts and events have the real one: the desk must be able to compare.
        #expect(events.contains("04DECAFBAD"))
    }

    @Test func marks_areTheSame_afterARestart_andOthersElsewhere() async throws {
        let journal = MemoryJournal()
        func mark(_ journal: MemoryJournal) async throws -> String {
            let device = RawToyDevice()
            let bench = await Bench(driver: RawToyDriver(), journal: journal, layout: try RawJobTests.layout(), device: device.device)
            let id = try await bench.submit()
            try await eventually { device.count("LOOK") > 0 }
            device.put("04DECAFBAD")
            let job = try await bench.outcome(of: id)
            let note = try await journal.trail(of: job.id).last?.note ?? ""
            #expect(note.wholeMatch(of: /done \[card [0-9A-F]{8}\]/) != nil, "\(note)")
            return note
        }
        let first = try await mark(journal)
        #expect(try await mark(journal) == first)
        #expect(try await mark(MemoryJournal()) != first)
    }
}
