// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Framing
import Ports
import TestKit
import Testing
import Transcripts

private let prague = PropertyClock(timeZone: TimeZone(identifier: "Europe/Prague") ?? .gmt)
private let stay = (from: Date(timeIntervalSince1970: 1_795_266_000), until: Date(timeIntervalSince1970: 1_795_431_600))

private func driver(_ settings: [String: String] = ["encoder": "1"]) throws -> IndustryStandardDriver {
    try IndustryStandardDriver(settings: DriverSettings(settings))
}

/// A line to an encoder that says nothing and must not be asked anything.
private func untouched() throws -> (line: Line<IndustryStandardDriver>, port: ScriptedPort) {
    Transcript().line(to: try driver())
}

@Suite struct DriverCatalogTests {
    @Test func catalog_findsEachDriver_byItsName() throws {
        #expect(DriverCatalog.all.map(\.name).contains("industry-standard"))
        for manifest in DriverCatalog.all {
            #expect(DriverCatalog.manifest(named: manifest.name)?.title == manifest.title)
        }
        #expect(DriverCatalog.manifest(named: "saflok") == nil)
        let made = try DriverCatalog.make(name: "industry-standard", settings: DriverSettings(["encoder": "1"]))
        #expect(made is IndustryStandardDriver)
    }

    @Test func catalog_namesTheDriversThereAre_whenAskedForAnother() {
        let known = DriverCatalog.all.map(\.name).joined(separator: ", ")
        #expect(throws: SettingsFault(key: "driver", "there is no driver 'salto': use one of \(known)")) {
            try DriverCatalog.make(name: "salto", settings: DriverSettings())
        }
    }
}

@Suite struct IndustryStandardSettingsTests {
    @Test(arguments: [
        ([:], "encoder"), (["encoder": ""], "encoder"), (["encoder": "Příjem"], "encoder"),
        (["encoder": "1", "product": "saflok"], "product"),
        (["encoder": "1", "answerTimeout": "soon"], "answerTimeout"), (["encoder": "1", "baud": "9601"], "baud"),
        (["encoder": "1", "removal": "X"], "removal"), (["encoder": "1", "encodr": "1"], "encodr"),
        (["encoder": "1", "dateLayout": "seconds"], "dateLayout"),
    ])
    func settings_areRefused_byTheKeyThatIsWrong(settings: [String: String], key: String) throws {
        let fault = #expect(throws: SettingsFault.self) { try driver(settings) }
        #expect(fault?.key == key)
        #expect(fault?.description.isEmpty == false)
    }

    @Test func line_isTheMakers_untilTheSiteChangesIt() throws {
        #expect(try driver().line == LineSettings(baud: 9600, flow: .hardware))
        #expect(try driver(["encoder": "1", "baud": "19200", "flow": "none"]).line == LineSettings(baud: 19200, flow: .none))
    }

    @Test func timeLimit_growsWithTheCopies() throws {
        let driver = try driver()
        let one = KeyOrder(lockIds: ["101"], validFrom: stay.from, validUntil: stay.until)
        var three = one
        three.copies = 3
        #expect(driver.timeLimit(for: .cut(one, on: prague)) > .seconds(30))
        #expect(driver.timeLimit(for: .cut(three, on: prague)) > driver.timeLimit(for: .cut(one, on: prague)) + .seconds(60))
        #expect(driver.lateAnswerWindow == .seconds(60))
    }
}

/// Orders that must not reach the encoder at all.
@Suite struct RejectedOrderTests {
    @Test(arguments: [
        (["101", "102", "103", "104", "105"], "this encoder puts at most 4 rooms on a key and the order names 5"),
        (
            ["Pokój 1"],
            "the lock id \"Pokój 1\" cannot be sent to this lock system: use 1 to 24 plain letters, digits and signs, exactly as the lock system spells it"
        ),
        (
            ["101\u{B3}102"],
            "the lock id \"101³102\" cannot be sent to this lock system: use 1 to 24 plain letters, digits and signs, exactly as the lock system spells it"
        ),
        ([], "the order names no lock: give at least one lock id"),
    ])
    func order_isRejected_beforeAnythingIsSent(locks: [String], reason: String) async throws {
        let order = KeyOrder(lockIds: locks, validFrom: stay.from, validUntil: stay.until)
        try await expectRejected(order, reason)
    }

    @Test func order_isRejected_whenItBringsACardImage() async throws {
        let order = KeyOrder(
            lockIds: ["101"], validFrom: stay.from, validUntil: stay.until, cardImage: .pages(PageImage(pages: [4: [0, 0, 0, 0]])))
        try await expectRejected(order, "the lock system of this encoder makes the card itself and takes no card image")
    }

    @Test func order_isRejected_whenTheYearDoesNotFit() async throws {
        let order = KeyOrder(lockIds: ["101"], validFrom: stay.from, validUntil: .distantFuture)
        try await expectRejected(order, "the dates of the stay are outside the years 2000 to 2099 that this lock system can write")
    }

    private func expectRejected(_ order: KeyOrder, _ reason: String) async throws {
        let (line, port) = try untouched()
        let progress = RecordedProgress()
        var fault: Fault?
        do throws(Fault) {
            _ = try await line.perform(.cut(order, on: prague), as: nil, progress: progress)
        } catch {
            fault = error
        }
        #expect(fault == Fault(.rejected(reason: reason)))
        #expect(port.sentBytes == [])
        #expect(progress.story == RecordedProgress.Story())
    }
}
