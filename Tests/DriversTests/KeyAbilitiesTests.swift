// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Testing
import Transcripts

@testable import Drivers

/// What the session refuses because a driver did not declare it.
@Suite struct KeyAbilitiesTests {
    private func order(_ rooms: [String] = ["101"], copies: Int = 1, mode: KeyMode = .new) -> KeyOrder {
        KeyOrder(
            lockIds: rooms, validFrom: Date(timeIntervalSince1970: 1_795_266_000), validUntil: Date(timeIntervalSince1970: 1_795_431_600),
            copies: copies, mode: mode)
    }

    @Test func everything_isRefused_whereNothingIsDeclared() {
        #expect(KeyAbilities().objection(to: order())?.reason.contains("when a key ends") == true)
    }

    /// No profile has a message for it; a site's own settings may.
    @Test func checkOut_isDeclared_whereTheSiteHasAMessageForIt() throws {
        func besides(_ settings: [String: String]) throws -> [EncoderCapability] {
            try DriverCatalog.make(name: "generic-stx-etx", settings: DriverSettings(settings)).keys.besides
        }
        for profile in Profile.all { #expect(try besides(["profile": profile.name]) == []) }
        let own = ["new": "{room}{until:yyyyMMddHH}", "result": "columns 1-2", "result.OK": "ok"]
        #expect(try besides(own) == [])
        #expect(try besides(own.merging(["checkOut": "{room}"]) { $1 }) == [.checkOut])
    }

    /// Words for a desk: whom to call or what to order, and no word of ours.
    @Test func objections_areForTheClerk() throws {
        let one = KeyAbilities(dates: .end)
        let group = KeyAbilities(dates: .end, makesCopies: true, rooms: 4, keys: 9)
        let objections = [
            KeyAbilities().objection(to: order()), one.objection(to: order(mode: .copy)), one.objection(to: order(["101", "Pool"])),
            one.objection(to: order(copies: 2)), group.objection(to: order(["1", "2", "3", "4", "5"])),
            group.objection(to: order(copies: 10)),
            group.objection(to: order(mode: .oneShot)),
        ]
        for objection in objections {
            let text = try #require(objection).reason
            #expect(text.hasPrefix("this encoder"))
            for word in ["lockId", "lock id", "profile", "driver", "copies", "setting"] { #expect(!text.contains(word), "\(text)") }
        }
        #expect(objections.map { $0?.cause } == [nil, .noCopies, .tooManyDoors, .wrongCount, .tooManyDoors, .wrongCount, .noOneShots])
        #expect(group.objection(to: order(["1", "2", "3", "4"], copies: 9, mode: .copy)) == nil)
        #expect(KeyAbilities(dates: .end, rooms: nil).objection(to: order(["1", "2", "3", "4", "5"])) == nil)
    }

    /// Every lock maker's encoder of the catalog says what it can, and it is enough for the stays of a hotel: a room and common areas.
    @Test(arguments: DriverCatalog.all.filter { $0.kind == .lockMaker }.map(\.name))
    func families_takeTheStaysOfAHotel(name: String) throws {
        let manifest = try #require(DriverCatalog.manifest(named: name))
        for example in manifest.examples {
            let driver = try DriverCatalog.make(name: name, settings: DriverSettings(example))
            #expect(driver.keys.objection(to: order(["101", "Pool"])) == nil, "\(example)")
            #expect(driver.keys.objection(to: order(["201A", "Pool", "Gym"])) == nil, "\(example)")
            #expect(manifest.capabilities.contains(.oneShot) == manifest.keys.makesOneShots)
            #expect(manifest.capabilities.contains(.copies) == (manifest.keys.keys > 1))
        }
    }

    @Test func examples_makeADriver() throws {
        for manifest in DriverCatalog.all {
            #expect(!manifest.examples.isEmpty)
            for example in manifest.examples { _ = try DriverCatalog.make(name: manifest.name, settings: DriverSettings(example)) }
        }
    }

    /// Nine go with one CN, whose count has one digit; the others join them. A second CN would cancel the nine.
    @Test func groupOfEleven_isNineNewKeysAndTwoCopies() async throws {
        let progress = RecordedProgress()
        let work = try KeyWork(order(copies: 11), mostInMessage: Order.most)
        var sent: [String] = []
        let receipts = try await work.cut(progress: progress, remarks: [.usedCard]) { (mode, keys) throws(Fault) in
            sent.append("\(mode) \(keys)")
            return (0..<keys).map { "04A1B2\($0)" }
        }
        #expect(sent == ["new 9", "copy 1", "copy 1"])
        #expect(receipts.map(\.copy) == Array(1...11))
        #expect(progress.story.prompts == ["1/11", "10/11", "11/11"])
        #expect(progress.story.finished.map(\.copy) == Array(1...10))
        #expect(progress.story.remarks == [Words.english(.usedCard)])
        #expect(receipts[8].serial == "04A1B28" && receipts[10].serial == "04A1B20")
    }

    /// What cannot be told apart is given to nobody.
    @Test func serials_areDropped_whenTheyAreNotAsManyAsKeys() async throws {
        let receipts = try await KeyWork(order(copies: 2)) { _ in 9 }.cut(progress: RecordedProgress(), remarks: []) {
            (_, _) throws(Fault) in
            ["04A1B2C3"]
        }
        #expect(receipts.map(\.serial) == [nil, nil])
    }
}
