// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Ports
import Testing

@testable import Doctor

/// What an encoder said, or did not say, as findings.
@Suite struct DialogueTests {
    private func finding(_ dialogue: Dialogue, _ manifest: ManifestFacts = Ward.lock) -> Finding? {
        var ward = Ward()
        ward.encoders = [Ward.encoder("front-desk", path: 1, manifest)]
        ward.encoders[0].dialogue = dialogue
        if manifest.name != "lock" { ward.ports[0].port.assignedDriver = manifest.name }
        return ward.findings.first
    }

    @Test func silence_isAnEncoderWithoutPower_behindALiveAdapter() {
        let found = finding(.silent)
        #expect(found?.code == .silent)
        #expect(found?.sentence.hasPrefix("/dev/ttyUSB0 is there but nothing answers at 9600 baud: has the encoder its own power") == true)
        #expect(found?.commands.first?.hasPrefix("encoder-bridge probe --identify") == true)
    }

    @Test func silence_mayBeDeafness_whereAResetCouldWakeIt() {
        let found = finding(.silent, Ward.swipe)
        #expect(found?.sentence.contains("deaf") == true)
        #expect(found?.commands == ["encoder-bridge probe /dev/ttyUSB0 --driver swipe --reset"])
        #expect(finding(.woke, Ward.swipe)?.code == .deaf)
        #expect(finding(.woke, Ward.swipe)?.weight == .note)
    }

    @Test func noise_isAWrongSpeed_orTheFamilyWhoseFramesItIs() {
        let speed = finding(.noise(bytes: 12, like: []))
        #expect(speed?.code == .noise)
        #expect(speed?.sentence.contains("Wrong speed or wrong driver: 12 bytes") == true)
        let driver = finding(.noise(bytes: 12, like: ["swipe"]))
        #expect(driver?.code == .wrongDriver)
        #expect(driver?.commands == ["sudoedit /etc/encoder-bridge/encoder-bridge.yaml    # encoders: front-desk: driver: swipe"])
    }

    @Test func anotherAnswer_isNamed_withTheLineToCorrect() {
        let speed = finding(.answersAt(baud: 19200))
        #expect(speed?.code == .wrongSpeed)
        #expect(speed?.sentence.contains("does not answer at 9600 baud, but at 19200 baud") == true)
        #expect(speed?.commands.first?.hasSuffix("settings: { baud: 19200 }") == true)
        let driver = finding(.answersTo(driver: "swipe"))
        #expect(driver?.code == .wrongDriver)
        #expect(driver?.sentence.contains("does not answer to lock, but to swipe") == true)
    }

    @Test func answers_areNoFinding() {
        #expect(finding(.answered("it answers")) == nil)
        #expect(finding(.notAsked) == nil)
    }

    @Test func otherFaults_keepTheirOwnAdvice() {
        let found = finding(.failed(Fault(.busy, detail: "NAK")))
        #expect(found?.code == .fault)
        #expect(found?.sentence.contains("busy (NAK)") == true)
    }

    @Test func usbId_ofAnotherFamily_isAWrongDriver() {
        var ward = Ward()
        ward.ports[0].port.usb = USBID(0x0801, 0x0003)
        #expect(ward.findings.first?.code == .wrongDriver)
        #expect(ward.findings.first?.sentence.contains("by its USB id 0801:0003 it is one of swipe") == true)
        ward = Ward()
        ward.encoders[0] = Ward.encoder("front-desk", path: 1, Ward.reader)
        #expect(ward.findings.first?.sentence.contains("reader does not speak over tty") == true)
        ward = Ward()
        ward.ports[0].port.assignedDriver = "swipe"
        #expect(ward.findings.first?.sentence.contains("a udev rule of the site says swipe") == true)
    }

    // MARK: Twins

    private func twins(_ one: Dialogue, _ other: Dialogue) -> [Finding] {
        var ward = Ward()
        ward.machine.rules.inForce[1].text += #"ENV{ID_PATH}=="path-2""#
        ward.ports.append(Ward.adapter(2))
        ward.ports[1].port.assignedDriver = "swipe"
        ward.encoders = [Ward.encoder("front-desk", path: 1), Ward.encoder("kiosk", path: 2, Ward.swipe)]
        (ward.encoders[0].dialogue, ward.encoders[1].dialogue) = (one, other)
        return ward.findings
    }

    @Test func twins_areSwapped_whenEachAnswersToTheOthersDriver() throws {
        let found = twins(.answersTo(driver: "swipe"), .answersTo(driver: "lock"))
        let swapped = try #require(found.first { $0.code == .swapped })
        #expect(swapped.weight == .blocks)
        #expect(swapped.sentence.contains("front-desk and kiosk are swapped"))
        #expect(swapped.sentence.contains("USB ports 1-1 and 1-2"))
        #expect(swapped.sentence.contains("Swap the two plugs"))
    }

    @Test func twins_maybeSwapped_whenNeitherAnswers() throws {
        let found = twins(.silent, .silent)
        #expect(found.first { $0.code == .swapped }?.sentence.contains("may be swapped") == true)
        #expect(twins(.answered("x"), .silent).allSatisfy { $0.code != .swapped })
    }

    @Test func twins_areTold_whereNothingIsWrongYet() {
        let found = twins(.answered("x"), .answered("y"))
        #expect(found == [])
    }

    // MARK: From the daemon

    @Test func daemonsStatus_isADialogue() {
        var status = EncoderStatus(
            name: "x", state: .ready, driver: "lock", kind: .lockMaker, port: PortStatus(match: "path x"), capabilities: [])
        #expect(Dialogue(status) == .answered("it answers the running bridge"))
        status.state = .absent
        #expect(Dialogue(status) == .notAsked)
        status.state = .faulted
        let cases: [(Fault, Dialogue)] = [
            (Fault(.timeout, detail: "no answer"), .silent),
            (Fault(.offline, detail: "no answer to ENQ", heard: .nothing), .silent),
            (Fault(.offline, detail: "no answer in these words"), .failed(Fault(.offline, detail: "no answer in these words"))),
            (Fault(.malformedReply, detail: "said in any words", heard: .noise(bytes: 12)), .noise(bytes: 12, like: [])),
            (Fault(.busy), .failed(Fault(.busy))),
        ]
        for (fault, dialogue) in cases {
            status.lastFault = DatedFault(at: Date(), fault: fault)
            #expect(Dialogue(status) == dialogue)
        }
    }
}
