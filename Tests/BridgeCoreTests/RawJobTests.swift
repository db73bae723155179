// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import CardLayouts
import DriverKit
import EncoderModel
import Foundation
import TestKit
import Testing

/// Jobs of an encoder that writes card content.
@Suite(.timeLimit(.minutes(6))) struct RawJobTests {
    static func layout() throws -> CardLayout {
        var text = CardLayoutText()
        text.tracks = [2: "{lock}={copy}={sequence}"]
        return try CardLayout(name: "door", text)
    }

    static func image(_ text: String) -> CardImage { .magnetic(MagneticImage(tracks: [2: text])) }

    @Test func order_isWrittenFromTheLayout_oneCardACopy() async throws {
        let device = RawToyDevice(card: "A1", next: ["B2", "C3"])
        let bench = await Bench(driver: RawToyDriver(), layout: try Self.layout(), device: device.device)
        let job = try await bench.cut(copies: 3)
        #expect(job.state == .done)
        #expect(job.receipts.map(\.serial) == ["A1", "B2", "C3"])
        #expect(device.content == ["A1": "101=1=1", "B2": "101=2=1", "C3": "101=3=1"])
        device.put("D4")
        _ = try await bench.cut()
        #expect(device.content["D4"] == "101=1=2")
    }

    @Test func order_isWrittenFromItsOwnImage_whichWinsOverTheLayout() async throws {
        let device = RawToyDevice(card: "A1", next: ["B2"])
        let bench = await Bench(driver: RawToyDriver(), layout: try Self.layout(), device: device.device)
        #expect(try await bench.cut(copies: 2, image: Self.image("4711")).state == .done)
        #expect(device.content == ["A1": "4711", "B2": "4711"])
    }

    @Test func order_isRejected_whenNothingSaysWhatToWrite() async throws {
        let device = RawToyDevice(card: "A1")
        let bench = await Bench(driver: RawToyDriver(), device: device.device)
        let job = try await bench.cut()
        #expect(job.fault?.kind.code == "rejected")
        #expect(job.fault?.card == .untouched)
        #expect(job.fault?.kind.technicianAdvice.contains("send a cardImage with the order, or give the encoder a layout") == true)
        #expect(device.count("WRITE") == 0)
        #expect(await bench.reaches(.ready))
    }

    @Test func order_isRejected_whenNoCardCouldHoldIt() async throws {
        let device = RawToyDevice(card: "A1")
        let bench = await Bench(driver: RawToyDriver(), device: device.device)
        let job = try await bench.cut(image: Self.image("ROOM"))
        #expect(job.fault?.kind.technicianAdvice.contains("track 2 has a character that it cannot hold") == true)
        #expect(device.count("WRITE") == 0)
    }

    @Test func order_isRejected_whenTheLayoutLacksAField() async throws {
        var text = CardLayoutText()
        text.tracks = [2: "{reservation}"]
        let bench = await Bench(driver: RawToyDriver(), layout: try CardLayout(name: "door", text), device: RawToyDevice(card: "A1").device)
        #expect(try await bench.cut().fault?.kind.technicianAdvice.contains("the field reservation is missing in the order") == true)
    }

    @Test func cardImage_isRejected_whereALockSystemMakesTheCards() async throws {
        let bench = await Bench { written, port in port.says(written == ascii("I") ? ascii("Y") : ascii("AD")) }
        #expect(try await bench.cut(image: Self.image("1")).fault?.kind.technicianAdvice.contains("leave cardImage out") == true)
    }

    @Test func sameCardTwice_isNotTwoCopies() async throws {
        let device = RawToyDevice(card: "A1", next: ["A1"])
        let bench = await Bench(driver: RawToyDriver(), layout: try Self.layout(), device: device.device)
        let job = try await bench.cut(copies: 2)
        #expect(job.state == .failed)
        #expect(job.fault?.kind.technicianAdvice.contains("the same card was put on the encoder twice") == true)
        #expect(job.receipts.map(\.copy) == [1])
    }

    /// A guest's key lies on the encoder when the next order comes: it was called done, and must stay what it is.
    /// The next order waits while the key A1 lies there; then it is taken away. Gives that order.
    private func keyIsLeftAlone(_ bench: Bench, _ device: RawToyDevice) async throws -> JobID {
        let next = try await bench.submit()
        #expect(await bench.job(next, reaches: .waitingForCard))
        let looks = device.count("LOOK")
        try await eventually { device.count("LOOK") > looks + 3 }
        #expect(device.content == ["A1": "101=1=1"])
        device.put(nil)
        let absent = device.count("LOOK")
        try await eventually { device.count("LOOK") > absent + 1 }
        return next
    }

    @Test func keyOfTheOrderBefore_isNotWrittenOver_untilItWasTakenAway() async throws {
        let device = RawToyDevice(card: "A1")
        let bench = await Bench(driver: RawToyDriver(), layout: try Self.layout(), device: device.device)
        #expect(try await bench.cut().state == .done)
        let next = try await keyIsLeftAlone(bench, device)
        // Put on again it is meant.
        device.put("A1")
        #expect(try await bench.outcome(of: next).state == .done)
        #expect(device.content == ["A1": "101=1=2"])
    }

    /// The bridge starts anew while the guest's key still lies there: the journal knows its serial number.
    @Test func keyFromBeforeARestart_isNotWrittenOver_untilItWasTakenAway() async throws {
        let device = RawToyDevice(card: "A1")
        let before = await Bench(driver: RawToyDriver(), layout: try Self.layout(), device: device.device)
        #expect(try await before.cut().state == .done)
        before.work.cancel()
        await before.work.value
        let bench = await Bench(
            driver: RawToyDriver(), journal: before.journal, layout: try Self.layout(), recovers: true, device: device.device)
        let next = try await keyIsLeftAlone(bench, device)
        device.put("A1")
        #expect(try await bench.outcome(of: next).state == .done)
        #expect(device.content == ["A1": "101=1=2"])
    }

    @Test func cardOnTheEncoder_isWrittenAfterARestart_whenItIsNoKeyThatWasMadeLast() async throws {
        let device = RawToyDevice(card: "A1", next: ["B2"])
        let before = await Bench(driver: RawToyDriver(), layout: try Self.layout(), device: device.device)
        #expect(try await before.cut().state == .done)
        before.work.cancel()
        await before.work.value
        let bench = await Bench(
            driver: RawToyDriver(), journal: before.journal, layout: try Self.layout(), recovers: true, device: device.device)
        #expect(try await bench.cut().state == .done)
        #expect(device.content == ["A1": "101=1=1", "B2": "101=1=2"])
    }

    @Test func verifying_isAState_andAFailedOneSaysThatTheCardWasWritten() async throws {
        let device = RawToyDevice(card: "A1")
        device.change { $0.forgetsWhatItWrote = true }
        let bench = await Bench(driver: RawToyDriver(), layout: try Self.layout(), device: device.device)
        let job = try await bench.cut()
        #expect(job.fault == Fault(.verifyFailed, card: .written))
        let trail = try await bench.journal.trail(of: job.id).map(\.state)
        #expect(trail == [.queued, .waitingForCard, .writing, .verifying, .failed])
    }

    @Test func busyEncoder_isAskedAgain_forTheCardsThatAreDue() async throws {
        let device = RawToyDevice(card: "A1", next: ["B2"])
        device.change { $0.refusals = [nil, "BUSY"] }
        let bench = await Bench(driver: RawToyDriver(), layout: try Self.layout(), device: device.device)
        let job = try await bench.cut(copies: 2)
        #expect(device.count("WRITE") == 3)
        #expect(job.state == .done)
        #expect(job.receipts.map(\.serial) == ["A1", "B2"])
        #expect(device.content == ["A1": "101=1=1", "B2": "101=2=1"])
    }

    @Test func cancel_endsTheWaitForACard() async throws {
        let device = RawToyDevice()
        let bench = await Bench(driver: RawToyDriver(), layout: try Self.layout(), device: device.device)
        let id = try await bench.submit()
        #expect(await bench.job(id, reaches: .waitingForCard))
        guard case .cancelled(let job) = try await bench.queue.cancel(id, by: "test") else { return #expect(Bool(false)) }
        #expect(job.fault?.card == .untouched)
        #expect(await bench.reaches(.ready))
    }

    @Test func cancel_takesTheOrderBack_whereTheEncoderWaitsWithIt() async throws {
        let device = RawToyDevice()
        let bench = await Bench(driver: RawToyDriver(waitsInOneCommand: true), layout: try Self.layout(), device: device.device)
        let id = try await bench.submit()
        #expect(await bench.job(id, reaches: .writing))
        try await eventually { device.count("WAIT") == 1 }
        guard case .cancelled(let job) = try await bench.queue.cancel(id, by: "test") else { return #expect(Bool(false)) }
        #expect(job.fault?.card == .untouched)
        #expect(device.count("STOP") == 1)
        device.put("A1")
        #expect(try await bench.cut().state == .done)
    }

    @Test func cancelBetweenCopies_keepsTheReceiptOfTheFirst() async throws {
        let device = RawToyDevice(card: "A1", next: [nil])
        let bench = await Bench(driver: RawToyDriver(), layout: try Self.layout(), device: device.device)
        let id = try await bench.submit(copies: 2)
        try await eventually {
            let job = try await bench.queue.job(id)
            return job?.state == .waitingForCard && job?.copiesDone == 1
        }
        guard case .cancelled(let job) = try await bench.queue.cancel(id, by: "test") else { return #expect(Bool(false)) }
        #expect(job.receipts.map(\.serial) == ["A1"])
    }
}

/// Waits for a condition of a fake device.
func eventually(sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while !(try await condition()) {
        guard ContinuousClock.now < deadline else {
            Issue.record("it never came to that", sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}
