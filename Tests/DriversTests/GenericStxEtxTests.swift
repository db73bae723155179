// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Ports
import TestKit
import Testing
import Transcripts

@testable import Drivers

private let dialogues: [Transcript] = (try? Transcript.all(ofDriver: "generic-stx-etx")) ?? []

/// Settings that describe a whole encoder in few words.
private let plain = ["new": "{room}{until:yyyyMMddHHmm}", "result": "columns 1-2", "result.OK": "ok"]

private func settings(_ changes: [String: String]) throws -> GenericSettings {
    try GenericSettings(DriverSettings(plain.merging(changes) { $1 }))
}

@Suite struct GenericStxEtxTranscriptTests {
    @Test func transcripts_coverEveryProfile() {
        for profile in Profile.all {
            let mine = dialogues.filter { $0.settings["profile"] == profile.name && $0.headers["task"] == "cut" }
            #expect(mine.contains { $0.headers["outcome"] == "done" }, "\(profile.name)")
            #expect(mine.contains { $0.headers["outcome"] != "done" }, "\(profile.name)")
        }
    }

    /// The same bytes as the driver of its own, from settings alone.
    @Test func industryStandard_isOneSetOfParameters() throws {
        let generic = try settings(["separator": "B3", "skipMark": "0D"]).layout.parameters
        var own = StxEtxParameters.industryStandard
        own.controlsInBody = [0xB3]
        #expect(generic == own)
    }
}

@Suite struct ProfileTests {
    @Test func profiles_areExperimental_andSayWhatIsMissing() {
        #expect(Profile.all.map(\.name) == ["cisa", "inhova", "kaba-ilco", "vingcard-2100", "visionline"])
        for profile in Profile.all {
            #expect(profile.status == "experimental", "\(profile.name)")
            #expect(profile.missing.count > 40, "\(profile.name)")
            #expect(profile.title != profile.name, "\(profile.name)")
        }
    }

    @Test(arguments: Profile.all) func profile_makesADriver(profile: Profile) throws {
        let driver = try GenericStxEtxDriver(settings: DriverSettings(["profile": profile.name]))
        #expect(driver.settings.messages[.new] != nil)
        #expect(driver.timeLimit(for: .read) > Patience.standard.answer)
    }

    /// Another model of a known family: the profile's settings under the site's own, no code.
    @Test func profileCopiedIntoTheSettings_isTheSame() throws {
        let profile = try #require(Profile.all.first { $0.name == "kaba-ilco" })
        let copied = try GenericSettings(DriverSettings(profile.values))
        let named = try GenericSettings(DriverSettings(["profile": "kaba-ilco"]))
        #expect(copied.layout == named.layout)
        #expect(copied.flow == named.flow)
        #expect(copied.line == named.line)
        #expect(copied.messages == named.messages)
        #expect(copied.codes == named.codes)
    }

    @Test func site_changesWhatItNames() throws {
        let changed = try GenericSettings(DriverSettings(["profile": "inhova", "separator": "7C", "encoder": "4", "baud": "19200"]))
        #expect(changed.layout.separator == 0x7C)
        #expect(changed.encoder == "4")
        #expect(changed.line == LineSettings(baud: 19200, flow: .hardware))
    }

    @Test func line_isTheFamilys() throws {
        #expect(try GenericSettings(DriverSettings(["profile": "visionline"])).line == LineSettings(baud: 9600, parity: .even))
        #expect(try GenericSettings(DriverSettings(["profile": "cisa"])).line == LineSettings(baud: 9600, flow: .software))
        #expect(try GenericSettings(DriverSettings(["profile": "kaba-ilco"])).line == LineSettings(baud: 19200))
    }
}

@Suite struct GenericSettingsTests {
    @Test(arguments: [
        ("profile", "saflok"), ("start", "02 03 04"), ("start", "zz"), ("end", "none"), ("separator", "B3 B4"), ("separator", "03"),
        ("separator", "06"), ("busyByte", "02"), ("ignore", "06"), ("check", "md5"), ("checkScope", "all"), ("checkPlace", "before-end"),
        ("new", ""), ("new", "{room"), ("new", "{door}{until:yyyyMMddHHmm}"), ("new", "{until:yyyyMMddHHmm}"), ("new", "{room}"),
        ("new", "{room}{until:yyyyMMdd}"), ("new", "{room}{until:yyyyMMddHHxx}"), ("new", "{room}é{until:yyyyMMddHHmm}"),
        ("new", "{room} | {until:yyyyMMddHHmm}"), ("new", "{room}{length}{until:yyyyMMddHH}"), ("new", "{room:0}{until:yyyyMMddHH}"),
        ("result", "none"), ("result", "field"), ("result", "field 0"), ("result", "columns 5-3"), ("result", "row 1"), ("serial", "tag "),
        ("result.E1", "broken"), ("result.E1", "rejected"), ("enquiry", "perhaps"), ("enquiryTries", "0"), ("encoder", "Zoë"),
        ("site", "a hotel with a name too long"), ("colour", "red"), ("answerTimeout", "soon"), ("reading.rooms", "somewhere"),
    ])
    func settings_areRefused_withASentence(key: String, value: String) throws {
        let fault = #expect(throws: SettingsFault.self) { try settings([key: value]) }
        #expect((fault?.description.count ?? 0) > 20)
        #expect(fault?.key == key || ["start", "new", "result", "checkPlace"].contains(fault?.key))
    }

    @Test func settings_areRefused_whenThereIsNeitherAProfileNorAMessage() throws {
        #expect(throws: SettingsFault.self) { try GenericSettings(DriverSettings()) }
    }

    @Test func secondKey_isRefused_whereItWouldCancelTheFirst() async throws {
        try await expect(copies: 2, mode: .new, of: "vingcard-2100", "this profile makes one new key an order")
    }

    @Test func copy_isRefused_whereNoMessageIsKnown() async throws {
        try await expect(copies: 1, mode: .copy, of: "vingcard-2100", "this profile makes one new key an order")
    }

    @Test func room_isRefused_whenItDoesNotFit() async throws {
        try await expect(
            room: "Penthouse", of: "cisa", "the lock id \"Penthouse\" is longer than the 6 characters that this lock system has for it")
        try await expect(
            room: "1;2", of: "visionline",
            "the lock id \"1;2\" cannot be sent to this lock system: use 1 to 24 plain letters, digits and signs, exactly as the lock system spells it"
        )
    }

    /// What a clerk can put right is told apart from what only the technician can.
    @Test func refusal_hasItsCause_whereTheProfileNamesOne() throws {
        let codes = try ResultCodes(
            DriverSettings([
                "result.EU": "rejected unknownRoom the lock system does not know the room",
                "result.E1": "rejected the lock system cannot do this, call the technician",
                "resultText.date": "rejected wrongDates no such day",
            ]))
        let room = codes.fault("EU", text: nil, reading: false, cards: 1)
        #expect(room == Fault(.rejected(reason: "the lock system does not know the room"), detail: "'EU'"))
        #expect(room?.cause == .unknownRoom)
        #expect(codes.fault("E1", text: nil, reading: false, cards: 1)?.cause == nil)
        #expect(codes.fault("77", text: "Invalid date", reading: false, cards: 1)?.cause == .wrongDates)
        #expect(throws: SettingsFault.self) { try ResultCodes(DriverSettings(["result.E1": "rejected unknownRoom"])) }
    }

    private func expect(room: String = "101", copies: Int = 1, mode: KeyMode = .new, of profile: String, _ reason: String) async throws {
        let driver = try GenericStxEtxDriver(settings: DriverSettings(["profile": profile]))
        let (line, port) = Transcript().line(to: driver)
        let order = KeyOrder(
            lockIds: [room], validFrom: Date(timeIntervalSince1970: 1_795_266_000), validUntil: Date(timeIntervalSince1970: 1_795_431_600),
            copies: copies, mode: mode)
        let fault = await #expect(throws: Fault.self) {
            _ = try await line.perform(.cut(order, on: PropertyClock(timeZone: .gmt)), as: nil, progress: RecordedProgress())
        }
        #expect(fault == Fault(.rejected(reason: reason)))
        #expect(port.sentBytes == [])
    }
}
