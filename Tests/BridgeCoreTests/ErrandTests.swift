// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Foundation
import Ports
import Testing

/// Read, erase and reset: done now or refused.
@Suite(.timeLimit(.minutes(6))) struct ErrandTests {
    private func fault(_ body: () async throws -> ErrandOutcome) async -> Fault? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? Fault
        }
    }

    @Test func errand_isDone_whileNothingElseIs() async throws {
        let device = RawToyDevice(card: "A1")
        device.change { $0.content["A1"] = "ROOM 101" }
        let bench = await Bench(driver: RawToyDriver(), device: device.device)
        #expect(await bench.reaches(.ready))
        let read = try await bench.queue.perform(.read, on: "desk")
        #expect(read.card?.uid == "A1")
        #expect(read.reading == ["kind": "toy"])
        #expect(read.image == .magnetic(MagneticImage(tracks: [1: "ROOM 101"])))
        _ = try await bench.queue.perform(.erase, on: "desk")
        #expect(device.content["A1"] == "")
        _ = try await bench.queue.perform(.reset, on: "desk")
        #expect(device.count("STOP") == 1)
        #expect(await bench.queue.encoder("desk")?.card.uid == "A1")
    }

    @Test func errand_isRejected_whereTheEncoderCannotOrIsNone() async throws {
        let bench = await Bench(driver: RawToyDriver(), device: RawToyDevice().device)
        #expect(await bench.reaches(.ready))
        #expect(
            await fault { try await bench.queue.perform(.selfTest, on: "desk") }?.kind.technicianAdvice.contains("cannot do self-test")
                == true)
        #expect(
            await fault { try await bench.queue.perform(.read, on: "attic") }?.kind.technicianAdvice.contains("no encoder is called attic")
                == true)
    }

    @Test func encoder_saysAgainWhoItIs_andThatIsShown() async throws {
        let device = RawToyDevice()
        let bench = await Bench(driver: RawToyDriver(), device: device.device)
        #expect(await bench.reaches(.ready))
        let before = device.count("ID")
        let answer = try await bench.queue.perform(.identify, on: "desk")
        #expect(device.count("ID") == before + 1)
        #expect(answer.reading["model"] == (await bench.queue.encoder("desk")?.identity?.model) && answer.reading["model"] != nil)
        #expect(answer.card == nil && answer.image == nil)
        #expect(await bench.queue.encoder("desk")?.state == .ready)
    }

    @Test func errand_isBusy_whileAJobRuns_orAnotherErrandDoes() async throws {
        let device = RawToyDevice()
        let bench = await Bench(driver: RawToyDriver(), layout: try RawJobTests.layout(), device: device.device)
        let id = try await bench.submit()
        #expect(await bench.job(id, reaches: .waitingForCard))
        #expect(await fault { try await bench.queue.perform(.reset, on: "desk") }?.kind == .busy)
        _ = try await bench.queue.cancel(id, by: "test")
        let first = Task { try await bench.queue.perform(.read, on: "desk") }
        let looks = device.count("LOOK")
        try await eventually { device.count("LOOK") > looks }
        #expect(await fault { try await bench.queue.perform(.read, on: "desk") }?.kind == .busy)
        device.put("A1")
        #expect(try await first.value.card?.uid == "A1")
    }

    @Test func job_comesNext_afterAnErrandThatBeganBefore() async throws {
        let device = RawToyDevice()
        let bench = await Bench(driver: RawToyDriver(), layout: try RawJobTests.layout(), device: device.device)
        #expect(await bench.reaches(.ready))
        let read = Task { try await bench.queue.perform(.read, on: "desk") }
        try await eventually { device.count("LOOK") > 0 }
        let id = try await bench.submit()
        device.put("A1")
        #expect(try await read.value.card?.uid == "A1")
        #expect(try await bench.outcome(of: id).state == .done)
    }

    @Test func errand_isOffline_whenThePortLeavesInItsMiddle() async throws {
        let device = RawToyDevice()
        let bench = await Bench(driver: RawToyDriver(), device: device.device)
        #expect(await bench.reaches(.ready))
        let read = Task { await fault { try await bench.queue.perform(.read, on: "desk") } }
        try await eventually { device.count("LOOK") > 0 }
        bench.ports.pull(Bench.port)
        #expect(await read.value?.kind == .offline)
        #expect(await bench.reaches(.absent))
        #expect(await fault { try await bench.queue.perform(.read, on: "desk") }?.kind == .offline)
        bench.ports.plug(DetectedPort(incarnation: .init("2"), kind: .tty, address: "/dev/ttyTOY0"))
        #expect(await bench.reaches(.ready))
        device.put("A1")
        #expect(try await bench.queue.perform(.read, on: "desk").card?.uid == "A1")
    }

    @Test func errand_tellsWhatIsInTheWay_notWhatWentWrongBefore() async throws {
        let device = RawToyDevice(card: "A1")
        device.change { $0.forgetsWhatItWrote = true }
        let bench = await Bench(driver: RawToyDriver(), layout: try RawJobTests.layout(), device: device.device)
        #expect(try await bench.cut().fault?.kind == .verifyFailed)
        bench.ports.pull(Bench.port)
        #expect(await bench.reaches(.absent))
        #expect(await fault { try await bench.queue.perform(.read, on: "desk") }?.kind == .offline)
    }

    @Test func failedErrand_isToldToItsCaller_andShownAsTheLastFault() async throws {
        let bench = await Bench(driver: RawToyDriver(patience: .milliseconds(20)), device: RawToyDevice().device)
        #expect(await bench.reaches(.ready))
        #expect(await fault { try await bench.queue.perform(.read, on: "desk") } == Fault(.noCard))
        #expect(await bench.queue.encoder("desk")?.lastFault?.fault == Fault(.noCard))
        // Of a card that was to be read, and not cut.
        #expect(await bench.queue.encoder("desk")?.lastFault?.fault.advice == Words.english.advice(for: Fault(.noCard), deed: .read))
        #expect(await bench.queue.encoder("desk")?.state == .ready)
    }

    @Test func errand_isOver_whenTheBridgeStops_andNoneIsTakenAfterwards() async throws {
        let device = RawToyDevice()
        let bench = await Bench(driver: RawToyDriver(), device: device.device)
        #expect(await bench.reaches(.ready))
        let read = Task { await fault { try await bench.queue.perform(.read, on: "desk") } }
        try await eventually { device.count("LOOK") > 0 }
        bench.work.cancel()
        await bench.work.value
        #expect(await read.value?.kind == .offline)
        #expect(await fault { try await bench.queue.perform(.read, on: "desk") }?.kind == .offline)
    }
}
