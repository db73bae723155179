// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import TestKit
import Testing

@testable import Drivers

@Suite struct CardGeometryTests {
    @Test func classicBlocks_belongToTheirSectors() {
        for (block, sector, trailer) in [
            (0, 0, false), (3, 0, true), (4, 1, false), (63, 15, true), (127, 31, true), (128, 32, false), (143, 32, true),
            (131, 32, false),
            (255, 39, true),
        ] {
            #expect(ClassicGeometry.sector(ofBlock: block) == sector)
            #expect(ClassicGeometry.isTrailer(block) == trailer)
        }
        for technology in [CardTechnology.mifareClassicMini, .mifareClassic1K, .mifareClassic4K] {
            let all = (0..<(technology.sectorCount ?? 0)).flatMap { Array(ClassicGeometry.blocks(ofSector: $0)) }
            #expect(all == Array(technology.blocks ?? 0..<0))
        }
        #expect(ClassicGeometry.dataBlocks(ofSector: 0) == [1, 2])
        #expect(ClassicGeometry.dataBlocks(ofSector: 39) == Array(240...254))
    }

    @Test func accessBits_areSound_onlyWithTheirInverses() {
        let sound: [[UInt8]] = [[0xFF, 0x07, 0x80], [0x78, 0x77, 0x88], [0x7F, 0x07, 0x88], [0x08, 0x77, 0x8F]]
        for bits in sound {
            let trailer = [UInt8](repeating: 0, count: 6) + bits + [UInt8](repeating: 0, count: 7)
            #expect(ClassicGeometry.hasSoundAccessBits(trailer), "\(bits)")
            for bit in 0..<24 {
                var broken = trailer
                broken[6 + bit / 8] ^= 1 << (bit % 8)
                #expect(!ClassicGeometry.hasSoundAccessBits(broken), "\(bits) with bit \(bit) flipped")
            }
        }
        #expect(!ClassicGeometry.hasSoundAccessBits([]))
    }

    @Test func capabilityContainer_tellsTheSize() {
        #expect(CardTechnology(capabilityContainer: [0xE1, 0x10, 0x12, 0x00]) == .ntag213)
        #expect(CardTechnology(capabilityContainer: [0xE1, 0x10, 0x3E, 0x00]) == .ntag215)
        #expect(CardTechnology(capabilityContainer: [0xE1, 0x10, 0x6D, 0x00]) == .ntag216)
        #expect(CardTechnology(capabilityContainer: [0xE1, 0x10, 0x06, 0x00]) == nil)
        #expect(CardTechnology(capabilityContainer: [0, 0, 0x12, 0]) == nil)
        #expect(CardTechnology(capabilityContainer: [0xE1]) == nil)
    }

    @Test(arguments: [
        (["key": "nobody"], "key"), (["keyKind": "C"], "keyKind"), (["cardTimeout": "0s"], "cardTimeout"),
        (["cardTimeout": "11m"], "cardTimeout"),
        (["pollInterval": "10ms"], "pollInterval"), (["pollInterval": "30s"], "pollInterval"), (["key": "short"], "key"),
    ])
    func settings_areRefused(values: [String: String], key: String) {
        #expect { try ContactlessSettings(DriverSettings(values, keys: CardKeys(["short": [1]]))) } throws: {
            ($0 as? SettingsFault)?.key == key
        }
    }

    @Test func timeLimit_leavesRoomForEveryCard() throws {
        let settings = try ContactlessSettings(DriverSettings())
        let one = settings.timeLimit(for: order(blocks([4: guestBlock])), commandWithin: .seconds(1))
        let two = settings.timeLimit(for: order(blocks([4: guestBlock]), blocks([4: guestBlock])), commandWithin: .seconds(1))
        #expect(one > .seconds(20) && two > one + .seconds(20))
        #expect(settings.timeLimit(for: .erase, commandWithin: .seconds(1)) > .seconds(60))
    }
}
