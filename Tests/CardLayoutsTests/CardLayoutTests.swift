// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Testing

@testable import CardLayouts

@Suite struct CardLayoutTests {
    @Test(arguments: [
        ("A{lock}B", "A101B"), ("{lock digits=6}", "000101"), ("{lock n=2 upper}", "POOL"), ("{lock n=3 else=X}", "X"),
        ("{lock n=3 else=''}", ""), ("{lock n=3 else='' width=3 pad=0}", "000"), ("{locks join=/ upper}", "101/POOL"),
        ("{locks upper}", "101POOL"),
        ("{lockCount}", "2"), ("{lockCount digits=2}", "02"), ("{copy}", "1"), ("{copies digits=2}", "03"), ("{sequence hex=4}", "0007"),
        ("{reservation}", "R-17"), ("{reservation width=6}", "R-17  "), ("{reservation width=6 right pad=0}", "00R-17"),
        ("{reservation width=2 cut}", "R-"), ("{guest upper}", "ZOE MULLER"), ("{mode new=1 copy=2}", "2"),
        ("{fill to=4}", "0000"), ("{lock}{fill to=6 with=.}{copy}", "101..1"), ("'", "'"),
    ])
    func field_isWritten_asTheLayoutSays(template: String, expected: String) throws {
        #expect(try track1(template, try order(copies: 3, mode: .copy)) == expected)
    }

    @Test(arguments: [
        ("01 ff'Ab'  00", "01FF416200"), ("{lock be=2}", "0065"), ("{lock le=3}", "650000"), ("{lock bcd=2}", "0101"),
        ("{sequence be=1}{sequence be=9}", "07000000000000000007"), ("{lock n=2}", "506F6F6C"), ("{locks}", "313031506F6F6C"),
        ("{until as=YYMMDDhhmm bcd}", "2611231200"), ("{until as=YYMMDD bcd=4}", "00261124"), ("{until as=hh:mm}", "31323A3030"),
        ("{until unix be=4}", "6B041CB0"), ("{until unix le=4}", "B01C046B"), ("{fill to=3 with=FF}", "FFFFFF"), ("{fill to=2}", "0000"),
        ("0103{xor}", "010302"), ("FF02{sum}", "FF0201"), ("FF02{sum bytes=2 le}", "FF020101"),
        ("FF02{sum negate}", "FF02FF"),
        ("'123456789'{crc kind=crc-16/x-25}", "313233343536373839906E"), ("'123456789'{crc kind=crc-16/x-25 le}", "3132333435363738396E90"),
    ])
    func bytes_areWritten_asTheLayoutSays(template: String, expected: String) throws {
        #expect(try raw(template, try order()) == expected)
    }

    @Test func eachCopy_hasItsNumber_andTheSequenceOfItsOrder() throws {
        let images = try layout(.track(2), "{sequence}={copy}").images(for: try order(copies: 3), on: prague, sequence: 12)
        #expect(images == ["12=1", "12=2", "12=3"].map { .magnetic(MagneticImage(tracks: [2: $0])) })
        #expect(try layout(.track(2), "{sequence}").needsSequence)
        #expect(try !layout(.track(2), "{copy}").needsSequence)
    }

    @Test func image_carriesWhatTheLayoutSaysOfTheCard() throws {
        var text = CardLayoutText()
        text.tracks = [1: "A"]
        text.rawTracks = [3: "01"]
        text.coercivity = .low
        text.bitsPerCharacter = 5
        #expect(
            try CardLayout(name: "m", text).images(for: try order(), on: prague, sequence: 0) == [
                .magnetic(
                    MagneticImage(tracks: [1: "A"], rawTracks: [3: RawTrack(bytes: [1], bitsPerCharacter: 5)], coercivity: .low))
            ])
        text = CardLayoutText()
        text.blocks = [0: "{fill}", 7: "{fill with=FF}"]
        text.allowed = [.manufacturerBlock, .sectorTrailers]
        text.key = "door"
        text.keyKind = .b
        let layout = try CardLayout(name: "b", text)
        #expect(layout.keyNames == ["door"])
        #expect(
            try layout.images(for: try order(), on: prague, sequence: 0) == [
                .blocks(
                    BlockImage(
                        blocks: [0: [UInt8](repeating: 0, count: 16), 7: [UInt8](repeating: 0xFF, count: 16)], key: "door", keyKind: .b,
                        allowed: text.allowed))
            ])
        #expect(
            try CardLayoutsTests.layout(.page(2), "{fill}", allowed: [.lockPages]).images(for: try order(), on: prague, sequence: 0)
                == [.pages(PageImage(pages: [2: [0, 0, 0, 0]], allowed: [.lockPages]))])
    }

    @Test func checks_findFieldsAndPlaces_whereverTheyStand() throws {
        var text = CardLayoutText()
        // The check of page 4 stands before what it is computed over, and page 6 covers that check.
        text.pages = [
            4: "{sum over=a,page5 bytes=4}", 5: "00 00 00 {a: lock be=1}", 6: "{xor over=page4} {crc kind=crc-16/arc over=before,page5} 00",
        ]
        let images = try CardLayout(name: "p", text).images(for: try order(locks: ["5"]), on: prague, sequence: 0)
        // a = 05, page5 = 00 00 00 05: the sum is 10; XOR of page 4 is 0A; CRC-16/ARC of 0A 00 00 00 05.
        guard case .pages(let page)? = images.first else {
            Issue.record("no pages")
            return
        }
        #expect(page.pages[4] == [0, 0, 0, 10])
        #expect(page.pages[6]?.first == 10)
        let crc = CyclicCheck.arc.value(of: [10, 0, 0, 0, 5])
        #expect(page.pages[6] == [10, UInt8(crc >> 8), UInt8(crc & 0xFF), 0])
    }

    @Test func luhn_isTheDigitOfISO7812() throws {
        #expect(try track1("7992739871{luhn}", try order()) == "79927398713")
        #expect(try track1("{a: copy}-{luhn over=a}", try order()) == "1-8")
    }

    /// RFC 4231, test case 2.
    @Test func hmac_isThatOfTheStandard_cutToItsLength() throws {
        let keys = CardKeys(["k": Array("Jefe".utf8)])
        #expect(
            try raw("{d: lock}{hmac key=k bytes=32 over=d}", try order(locks: ["what do ya want for nothing?"]), keys: keys).hasSuffix(
                "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843"))
        #expect(
            try raw("{d: lock}{hmac key=k bytes=3}", try order(locks: ["what do ya want for nothing?"]), keys: keys).hasSuffix("5BDCC1"))
        // 0x5BDCC146 is 1541194054.
        var layout = try layout(.track(2), "{d: lock}={hmac key=k bytes=4 digits=4 over=d}")
        layout.keys = keys
        let image = try layout.images(for: try order(locks: ["1"]), on: prague, sequence: 0)
        #expect(image.count == 1)
    }

    @Test func decimalDigits_areTheLastOnesOfTheValue() throws {
        let check = LayoutCheck(algorithm: .cyclic(.crc32), over: [.before], form: .digits(12))
        // 0xCBF43926 is 3421780262.
        #expect(try check.bytes(over: Array("123456789".utf8), keys: CardKeys()) == Array("003421780262".utf8))
        let short = LayoutCheck(algorithm: .hmac(key: "k", bytes: 4), over: [.before], form: .digits(4))
        let keys = CardKeys(["k": Array("Jefe".utf8)])
        #expect(try short.bytes(over: Array("what do ya want for nothing?".utf8), keys: keys) == Array("4054".utf8))
    }

    @Test(arguments: [
        (CyclicCheck.crc8, 0xF4 as UInt32), (.crc8Maxim, 0xA1), (.arc, 0xBB3D), (.modbus, 0x4B37), (.ccittFalse, 0x29B1), (.xmodem, 0x31C3),
        (.kermit, 0x2189), (.x25, 0x906E), (.iso14443A, 0xBF05), (.crc32, 0xCBF4_3926), (.bzip2, 0xFC89_1918), (.castagnoli, 0xE306_9283),
    ])
    func cyclicCheck_givesTheValueOfTheCatalogue(kind: CyclicCheck, expected: UInt32) {
        #expect(kind.value(of: Array("123456789".utf8)) == expected)
        #expect(CyclicCheck.allCases.count == 12)
    }
}
