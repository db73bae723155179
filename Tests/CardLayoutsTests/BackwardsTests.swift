// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import TestKit
import Testing

@testable import CardLayouts

/// A layout read backwards: what an order wrote is what a card says, and what a card does not say is not guessed.
@Suite struct BackwardsTests {
    private static let secret = CardKeys(["k": Array("Jefe".utf8)])

    private func image(_ layout: CardLayout, _ order: KeyOrder, copy: Int = 1, sequence: Int = 7) throws -> CardImage {
        try layout.images(for: order, on: prague, sequence: sequence)[copy - 1]
    }

    private func key(_ layout: CardLayout, _ image: CardImage) throws -> KeyContent {
        let reading = layout.reading(of: image, content: .whole, on: prague)
        guard case .key(let content) = reading else {
            Issue.record("\(reading)")
            return KeyContent(layout: "none")
        }
        return content
    }

    /// The three examples of docs/card-layouts.md.
    private static func examples() throws -> [CardLayout] {
        var track = CardLayoutText()
        track.tracks = [
            2:
                "{room: lock digits=4}={begin: from as=YYMMDDhhmm}{end: until as=YYMMDDhhmm}{card: copy}{order: sequence digits=6}{luhn over=room,begin,end,card,order}"
        ]
        var sector = CardLayoutText()
        sector.blocks = [
            4: "01 {lock be=2} {from unix be=4} {until unix be=4} {copy be=1} {fill} {crc kind=crc-16/x-25 le}",
            5: "{reservation width=12 else=''} {sequence be=4}", 6: "{hmac key=k bytes=16 over=block4,block5}",
        ]
        var pages = CardLayoutText()
        pages.pages = [
            4: "'K1' {lockCount be=1} {copy be=1}", 5: "{lock be=2} {lock n=2 be=2 else=0}", 6: "{from minutes since=2020-01-01 be=4}",
            7: "{until minutes since=2020-01-01 be=4}", 8: "{guest width=4 upper cut else=''}",
            9: "{crc kind=crc-32 over=page4,page5,page6,page7,page8}",
        ]
        return try [track, sector, pages].map { text in
            var layout = try CardLayout(name: "example", text)
            layout.keys = secret
            return layout
        }
    }

    /// Minutes, so that all three layouts keep them; rooms without zeros in front, which no number keeps.
    private static func randomOrder(_ random: inout SeededRandom) throws -> KeyOrder {
        // Half past two of 2026-10-25 comes twice in Prague and is left out: nobody can tell the two from one another.
        let start = 1_767_225_600 + 60 * Int(random.next() % (5 * 365 * 1440))
        return KeyOrder(
            lockIds: (0...Int(random.next() % 2)).map { _ in String(1 + random.next() % 9_998) },
            validFrom: Date(timeIntervalSince1970: Double(start)),
            validUntil: Date(timeIntervalSince1970: Double(start + 60 * (1 + Int(random.next() % 40_000)))),
            copies: 1 + Int(random.next() % 9),
            mode: random.next() % 2 == 0 ? .new : .copy, guestName: random.next() % 2 == 0 ? "Zoë Müller" : nil,
            reservationNumber: random.next() % 2 == 0 ? "R-17" : nil)
    }

    private static func comesTwice(_ date: Date) -> Bool { CivilTime(date, in: prague.timeZone).instant(in: prague.timeZone) != date }

    @Test(arguments: 0..<3) func order_isReadBack_fromEveryLayoutOfTheDocuments(_ number: Int) throws {
        let layout = try Self.examples()[number]
        var random = SeededRandom(seed: 42 + UInt64(number))
        for _ in 0..<400 {
            let order = try Self.randomOrder(&random)
            let copy = 1 + Int(random.next() % UInt64(order.copies))
            let image = try image(layout, order, copy: copy, sequence: 41)
            let found = try key(layout, image)
            #expect(found.rooms == (number == 2 ? order.lockIds : [order.lockIds[0]]))
            if !Self.comesTwice(order.validFrom) { #expect(found.validFrom == order.validFrom) }
            if !Self.comesTwice(order.validUntil) { #expect(found.validUntil == order.validUntil) }
            #expect(found.copy == copy && found.sequence == (number == 2 ? nil : 41))
            #expect(layout.couldBeOf(order, image: image, content: .whole, on: prague) == true)
            var other = order
            other.validUntil += 3600
            #expect(layout.couldBeOf(other, image: image, content: .whole, on: prague) == false)
        }
    }

    /// One template on track 1 each, an order of rooms 101 and Pool, and what is read of it.
    @Test(arguments: [
        ("{lock digits=6}", ["101"]), ("{lock}", ["101"]), ("{lock}={lock n=2 upper}", ["101", "POOL"]),
        ("{lock}/{lock n=3 else=X}", ["101"]),
        ("{locks join=/ upper}", ["101", "POOL"]), ("{locks width=6 upper}", ["101", "POOL"]), ("{lock hex=4}", ["101"]),
        ("{lock width=6}", ["101"]), ("{lock width=6 right pad=0}", ["101"]), ("A{lock}{fill to=8 with=.}", nil),
        // What more than one order could have written: two names without a sign between, padding that could be a part of the name, a name
        // that may have been cut, a count that contradicts the sign between.
        ("{locks upper}", nil), ("{lock width=6 pad=0}", nil), ("{lock width=3 cut}", nil), ("{lock}{reservation}", nil),
        ("{lock n=2 upper}", nil), ("{lockCount digits=2}{lock}", ["101"]), ("{lockCount}{lock}", nil), ("{until as=YYMMDD}", nil),
        ("{lockCount}{locks join=0 upper}", nil),
    ])
    func rooms_areReadBack_orSaidToBeUnknown(template: String, rooms: [String]?) throws {
        let layout = try layout(.track(1), template)
        #expect(try key(layout, image(layout, try order())).rooms == rooms)
    }

    /// Where a layout writes numbers, the room 007 is read as 7, and its orders are looked for under every name that they may have.
    @Test(arguments: [
        ("{lock digits=4}", ["7", "07", "007", "0007"]), ("{lock width=3 right pad=0}", ["7", "07", "007"]), ("{lock}", ["7"]),
        ("{lock width=6}", ["7"]), ("{lock width=3 pad=0}", ["7"]), ("{lock}={lock n=2 digits=2 else=0}", ["7", "07"]),
        ("{locks width=3 right pad=0 join=/}", ["7", "07", "007"]), ("{lock hex=2}", ["7", "07", "007"]),
    ])
    func names_haveTheZerosThatTheLayoutLoses(template: String, names: [String]) throws {
        let layout = try layout(.track(1), template)
        #expect(layout.names(ofRoom: "7") == names)
        #expect(layout.names(ofRoom: "Pool") == ["Pool"] && layout.names(ofRoom: "").count == 1)
    }

    @Test(arguments: ["7", "07", "007", "0007", "00007"]) func order_isFoundUnderItsOwnName_whenItsLayoutWritesNumbers(room: String) throws
    {
        let layout = try layout(.block(4), "{lock be=2} {until unix be=4} {fill}")
        let order = try order(locks: [room])
        let image = try image(layout, order)
        #expect(try key(layout, image).rooms == ["7"] && layout.names(ofRoom: "7").contains(room))
        #expect(layout.couldBeOf(order, image: image, content: .whole, on: prague) == true)
    }

    /// The end of the order is 2026-11-23 12:00 in Prague; read back is the latest end that is written like this.
    @Test(arguments: [
        ("as=YYMMDDhhmm", "2026-11-23T11:00:00Z"), ("as=YYMMDDhhmm zone=utc", "2026-11-23T11:00:00Z"), ("unix", "2026-11-23T11:00:00Z"),
        ("minutes since=2020-01-01", "2026-11-23T11:00:00Z"), ("as='YYYY-MM-DD hh:mm'", "2026-11-23T11:00:00Z"),
        ("as=YYDDDhh", "2026-11-23T11:00:00Z"), ("as=YYMMDD", "2026-11-23T23:00:00Z"), ("as=YYMMDD round=down", "2026-11-23T23:00:00Z"),
        ("as=YYMMDDhhmm digits=12", "2026-11-23T11:00:00Z"), ("as=YYMMDDhhmm width=14 right pad=*", "2026-11-23T11:00:00Z"),
        ("as=MMDDhhmm", nil), ("as=YYMMDDmm", nil), ("as=hhmm", nil),
    ])
    func end_isReadBack_orSaidToBeUnknown(words: String, expected: String?) throws {
        let layout = try layout(.track(1), "{until \(words)}")
        let until = try expected.map { try Date($0, strategy: .iso8601) }
        #expect(try key(layout, image(layout, try order())).validUntil == until)
    }

    @Test(arguments: [
        ("{until as=YYMMDDhhmm bcd}", "2026-11-23T11:00:00Z"), ("{until unix le=4}", "2026-11-23T11:00:00Z"),
        ("{until as=YYMMDD bcd=4}", "2026-11-23T23:00:00Z"), ("{until days since=2020-01-01 be=2}", "2026-11-23T23:00:00Z"),
        ("{until hours since=2020-01-01 be=3}", "2026-11-23T11:00:00Z"), ("{until as=YYMMDDhhmm be=5}", "2026-11-23T11:00:00Z"),
    ])
    func end_isReadBack_fromBytes(template: String, expected: String) throws {
        let layout = try layout(.rawTrack(3), template)
        #expect(try key(layout, image(layout, try order())).validUntil == (try Date(expected, strategy: .iso8601)))
    }

    @Test func content_isForeign_whenOneOfItsBitsIsAnother() throws {
        for (number, layout) in try Self.examples().enumerated() where number > 0 {
            let written = try image(layout, try order(locks: ["101", "102"]))
            for place in [4, 5, 6] {
                for byte in 0..<4 {
                    let changed = written.flipped(place, byte)
                    #expect(layout.reading(of: changed, content: .whole, on: prague) == .foreign, "\(number): \(place), \(byte)")
                }
            }
        }
    }

    @Test func content_isForeign_whenTheLayoutNeverWritesIt() throws {
        let door = try layout(.track(2), "{lock digits=4}={until as=YYMMDDhhmm}{copy}")
        for text in [
            "0101", "0101=2613231200", "0101=26112312001=", "0101<26112312001", "1234567890123456", "0101=26112312000", "=", "0101=",
        ] {
            let reading = door.reading(of: .magnetic(MagneticImage(tracks: [2: text])), content: .whole, on: prague)
            #expect(reading == .foreign, "\(text)")
        }
        #expect(door.reading(of: .magnetic(MagneticImage(tracks: [1: "A"])), content: .whole, on: prague) == .blank)
        let pages = CardImage.pages(PageImage(pages: [4: [1, 2, 3, 4]]))
        #expect(door.reading(of: pages, content: .whole, on: prague) == .foreign)
    }

    @Test func content_isBlankOrUnreadable_notForeign_whenNothingOrTooLittleIsThere() throws {
        let block = try layout(.block(4), "{lock be=2} {until unix be=4} {fill}")
        func read(_ blocks: [Int: [UInt8]], _ state: CardContentState?) -> ContentReading {
            block.reading(of: .blocks(BlockImage(blocks: blocks)), content: state, on: prague)
        }
        #expect(read([4: [UInt8](repeating: 0, count: 16)], .whole) == .blank)
        #expect(read([4: [UInt8](repeating: 0xFF, count: 16)], .partly) == .blank)
        #expect(read([5: [UInt8](repeating: 7, count: 16)], .partly) == .unreadable)
        #expect(read([4: [UInt8](repeating: 7, count: 16)], .damaged) == .unreadable)
        #expect(read([:], .blank) == .blank)
        // A sector's keys are never read back, and the rest of the layout is known without them.
        var text = CardLayoutText()
        text.blocks = [4: "{lock be=2} {until unix be=4} {fill}", 7: "{fill with=FF}"]
        text.allowed = [.sectorTrailers]
        let withKeys = try CardLayout(name: "L", text)
        guard case .blocks(var image) = try image(withKeys, try order(locks: ["101"])) else { return }
        image.blocks[7] = nil
        #expect(try key(withKeys, .blocks(image)).rooms == ["101"])
    }

    @Test func search_isGivenUp_whenALayoutFitsInTooManyWays() throws {
        let open = try layout(.track(1), "{lock}{lock n=2}{reservation}{guest else=''}{lock n=3 else=''}")
        let long = CardImage.magnetic(MagneticImage(tracks: [1: String(repeating: "A", count: 76)]))
        #expect(open.reading(of: long, content: .whole, on: prague) == .unreadable)
    }

    /// Whatever stands on a card, reading it ends and traps nowhere.
    @Test func anyContent_isReadToAnEnd() throws {
        var random = SeededRandom(seed: 7)
        let layouts = try Self.examples() + [layout(.page(4), "{until as=YY be=4}"), layout(.block(4), "{locks be=2 join=A}{fill}")]
        for layout in layouts {
            for _ in 0..<300 {
                let bytes = (0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                let images: [CardImage] = [
                    .blocks(BlockImage(blocks: [4: bytes, 5: bytes, 6: bytes])),
                    .pages(PageImage(pages: Dictionary(uniqueKeysWithValues: (4...9).map { ($0, Array(bytes.prefix(4))) }))),
                    .magnetic(MagneticImage(tracks: [2: String(bytes.map { Character(UnicodeScalar(0x30 + $0 % 16)) })])),
                ]
                for image in images { _ = layout.reading(of: image, content: .whole, on: prague) }
            }
        }
    }
}

extension CardImage {
    /// The same with one bit changed.
    fileprivate func flipped(_ place: Int, _ byte: Int) -> CardImage {
        switch self {
        case .magnetic: return self
        case .blocks(var image):
            image.blocks[place]?[byte] ^= 0x01
            return .blocks(image)
        case .pages(var image):
            image.pages[place]?[byte] ^= 0x01
            return .pages(image)
        }
    }
}
