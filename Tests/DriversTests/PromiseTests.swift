// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import Ports
import TestKit
import Testing
import Transcripts

@testable import Drivers

/// What a clerk waits for ends inside the promise, with the word that is true.
@Suite struct PromiseTests {
    /// A look over a serial line takes its time too: 72 of them with their pauses would be longer than the promise.
    @Test(arguments: [Duration.milliseconds(40), .milliseconds(200), .milliseconds(700)])
    func noCard_isSaidInTime_howeverLongALookTakes(look: Duration) async throws {
        let driver = try AaBbDriver(settings: DriverSettings(["signals": "no"]))
        let port = PacedPort { _ in
            (look, AaBbCodec().encode(AaBbFrame(node: 0, command: AaBbCode.request, payload: [0x14])))
        }
        let fault = await #expect(throws: Fault.self) {
            try await port.line(to: driver).perform(
                .write(CardBatch(images: [blocks([4: guestBlock])])), as: "job", progress: RecordedProgress())
        }
        #expect(fault?.kind == .noCard && fault?.card == .untouched, "\(String(describing: fault))")
        #expect(port.elapsed >= .seconds(16) && port.elapsed <= .seconds(20), "\(port.elapsed)")
    }

    /// A reading and a check-out are answered in words that no key's answer begins with: they count, whatever is still open.
    @Test(arguments: [(EncoderTask.read, "LT³1³LR³"), (.checkOut(lockID: "101"), "CO³0³")])
    func errandsAnswer_counts_whileAnEarlierOrderIsOpen(task: EncoderTask, answer: String) async throws {
        let driver = try IndustryStandardDriver(settings: DriverSettings(["encoder": "1"]))
        let body = [0xB3] + answer.unicodeScalars.map { $0 == "³" ? 0xB3 : UInt8(ascii: $0) }
        let port = PacedPort { written in
            switch written.first {
            case 0x05: (.milliseconds(5), [0x06])
            case 0x02: (.milliseconds(500), [0x06] + StxEtxCodec(.industryStandard).encode(.message(body)))
            default: nil
            }
        }
        _ = try await port.line(to: driver, open: "before").perform(task, as: nil, progress: RecordedProgress())
        #expect(port.elapsed < .seconds(2))
    }

    /// On a serial line a clone without that command is an encoder all the same; behind the USB id of the 605X it is another reader.
    @Test(arguments: [(PortKind.tty, true), (.hidraw, false)]) func encoderWithoutFirmwareNumber_isTaken(kind: PortKind, taken: Bool)
        async throws
    {
        let driver = try MsrDriver(settings: DriverSettings())
        let port = PacedPort { written in
            let isAsked = written.contains(UInt8(ascii: "e")) && !written.contains(UInt8(ascii: "a"))
            guard isAsked else { return nil }
            return (.milliseconds(5), kind == .hidraw ? [0xC2, 0x1B, 0x79] + [UInt8](repeating: 0, count: 61) : [0x1B, 0x79])
        }
        let line = port.line(to: driver, kind: kind)
        if taken {
            #expect(try await line.identify().firmware == nil)
        } else {
            let fault = await #expect(throws: Fault.self) { try await line.identify() }
            #expect(fault?.kind.code == "rejected", "\(String(describing: fault))")
        }
    }

    /// The second swipe has a promise of its own, and the card stays written whether it comes or not.
    @Test(arguments: [Duration.seconds(1), .seconds(17)]) func secondSwipe_hasItsOwnTime(first: Duration) async throws {
        let driver = try MsrDriver(settings: DriverSettings(["verify": "swipe"]))
        let port = PacedPort { written in
            switch written.dropFirst().first {
            case UInt8(ascii: "w"): (first, [0x1B, 0x30])
            case UInt8(ascii: "e"): (.milliseconds(5), [0x1B, 0x79])
            case UInt8(ascii: "r"), UInt8(ascii: "a"), 0x81, 0x82, 0x83, 0x84, 0x85: nil
            default: (.milliseconds(5), [0x1B, 0x30])
            }
        }
        let progress = RecordedProgress()
        let batch = CardBatch(images: [.magnetic(MagneticImage(tracks: [2: "1234"]))])
        let result = try await port.line(to: driver).perform(.write(batch), as: "job", progress: progress)
        #expect(result.receipts.map(\.verified) == [false])
        #expect(progress.story.remarks.count == 1)
        #expect(port.elapsed >= first + .seconds(17), "\(port.elapsed)")
    }
}
