// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Foundation
import TestKit
import Testing

/// What becomes of a job with several cards when the bridge goes away in its middle.
@Suite(.timeLimit(.minutes(6))) struct RawRestartTests {
    /// A bridge that has cut the first of two cards and is stopped in the wait for the second.
    private func firstRun(_ journal: MemoryJournal, _ device: RawToyDevice) async throws -> JobID {
        let bench = await Bench(driver: RawToyDriver(), journal: journal, layout: try RawJobTests.layout(), device: device.device)
        let id = try await bench.submit(copies: 2)
        try await eventually {
            let job = try await bench.queue.job(id)
            return job?.state == .waitingForCard && job?.copiesDone == 1
        }
        bench.work.cancel()
        await bench.work.value
        return id
    }

    @Test func stop_leavesAJobThatWaitsForItsCard_asItIs() async throws {
        let journal = MemoryJournal()
        let id = try await firstRun(journal, RawToyDevice(card: "A1", next: [nil]))
        let kept = try #require(try await journal.job(id))
        #expect(kept.state == .waitingForCard)
        #expect(kept.receipts.map(\.serial) == ["A1"])
    }

    @Test func restart_goesOnWithTheCardsThatAreDue_underTheSameNumber() async throws {
        let journal = MemoryJournal()
        let device = RawToyDevice(card: "A1", next: [nil])
        let id = try await firstRun(journal, device)
        device.put("B2")
        let bench = await Bench(
            driver: RawToyDriver(), journal: journal, layout: try RawJobTests.layout(), recovers: true, device: device.device)
        let job = try await bench.outcome(of: id)
        #expect(job.state == .done)
        #expect(job.receipts.map(\.serial) == ["A1", "B2"])
        #expect(device.content == ["A1": "101=1=1", "B2": "101=2=1"])
        #expect(device.count("WRITE") == 2)
        device.put("C3")
        _ = try await bench.cut()
        #expect(device.content["C3"] == "101=1=2")
    }

    @Test func restart_refusesTheCardOfTheFirstCopy_forTheSecond() async throws {
        let journal = MemoryJournal()
        let device = RawToyDevice(card: "A1", next: [nil])
        let id = try await firstRun(journal, device)
        device.put("A1")
        let bench = await Bench(
            driver: RawToyDriver(), journal: journal, layout: try RawJobTests.layout(), recovers: true, device: device.device)
        #expect(try await bench.outcome(of: id).fault?.kind.technicianAdvice.contains("the same card was put on the encoder twice") == true)
    }

    @Test(arguments: [JobState.writing, .verifying]) func cardInTheMaking_isInterrupted_andTheReceiptsStay(state: JobState) async throws {
        let journal = MemoryJournal()
        let device = RawToyDevice(card: "B2")
        let order = KeyOrder(lockIds: ["101"], validFrom: .now, validUntil: .now + 60, copies: 2)
        let job = Job(
            id: "w", encoder: "desk", order: order, origin: .mews, externalID: "w", state: state,
            receipts: [Receipt(copy: 1, serial: "A1", verified: true, at: .now)], createdAt: .now)
        _ = try await journal.accept(job, note: "", reports: [])
        let bench = await Bench(
            driver: RawToyDriver(), journal: journal, layout: try RawJobTests.layout(), recovers: true, device: device.device)
        let ended = try await bench.outcome(of: "w")
        #expect(ended.fault == Fault(.interrupted, card: .unknown))
        #expect(ended.receipts.map(\.serial) == ["A1"])
        #expect(await bench.reaches(.ready))
        #expect(device.count("WRITE") == 0)
    }
}
