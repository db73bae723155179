// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import TestKit
import Testing

@testable import CardLayouts

@Suite struct LayoutRefusalTests {
    /// What is found before any order, with the words that say what to write.
    @Test(arguments: [
        (LayoutPlace.track(2), "ABC", "'A' cannot stand on track 2: it takes digits and : < = >"),
        (.track(1), "a", "'a' cannot stand on track 1"), (.track(1), "50%", "'%' cannot stand on track 1"),
        (.track(2), "{lock", "a brace is opened and not closed"), (.track(2), "1}", "a brace is closed that was not opened"),
        (.track(2), "{}", "nothing between two braces"), (.track(2), "{room}", "{room} is no field: known are lock, locks"),
        (.track(2), "{lock digit=4}", "{lock} takes no 'digit' here"),
        (.track(2), "{lock digits=x}", "'digits' needs a number from 1 to 99"),
        (.track(2), "{lock digits=4 digits=5}", "{lock} has 'digits' twice"), (.track(2), "{lock be=2}", "{lock} takes no 'be' here"),
        (.track(2), "{lock hex=4}", "which track 2 cannot hold: write digits=N"),
        (.track(2), "1{crc kind=crc-32}", "which track 2 cannot hold"),
        (.track(2), "1{crc kind=crc-16/arc digits=4}", "{crc} has up to 5 digits here: write digits=5"),
        (.track(2), "1{crc}", "{crc} needs its kind"), (.track(2), "1{crc kind=crc-17}", "'kind' is one of crc-8/smbus"),
        (.track(2), "{until}", "{until}: write the time in exactly one way"), (.track(2), "{until as=YYMM unix}", "in exactly one way"),
        (.track(2), "{until as=QQ}", "'QQ' is no pattern"), (.track(2), "{until as=--}", "'--' is no pattern"),
        (.track(2), "{until hours}", "say since when"), (.track(2), "{until hours since=2020-02-30}", "'2020-02-30' is no day"),
        (.track(2), "{until unix since=2020-01-01}", "in exactly one way"),
        (.track(2), "{until unix zone=local}", "'zone' is one of property, utc"),
        (.track(2), "{until as=YYMMDDhhmm digits=4}", "do not fit into digits=4"), (.track(2), "{copy=2}", "{copy=2} is no field"),
        (.track(2), "{mode new=1}", "{mode} needs what stands for each kind"),
        (.track(2), "{fill}", "{fill} needs the length of the whole track"),
        (.track(2), "{fill to=38}", "'to' needs a number from 1 to 37"), (.track(2), "{fill to=9}{fill to=9}", "{fill} stands twice"),
        (.track(2), "{lock width=4 digits=4}", "'width' pads characters"), (.track(2), "{lock width=4 pad=ab}", "'pad' is one character"),
        (.track(2), "12345678901234567890123456789012345678", "track 2 takes 37, and the template gives at least 38"),
        (.track(2), "{luhn}{lock digits=37}", "track 2 takes 37, and the template gives at least 38"),
        (.track(2), "", "the template is empty"),
        (.track(2), "1{luhn over=room}", "computed over something that is not there"),
        (.track(2), "1{luhn over=,}", "names with commas between"),
        (.track(2), "{a: luhn over=b}{b: luhn over=a}", "{luhn} would be computed over itself"),
        (.track(2), "1{luhn over=track2}", "over itself"),
        (.track(2), "{a: lock}{a: copy}", "two parts are called 'a'"), (.track(2), "{track2: lock}", "'track2' names a place"),
        (.track(2), "{before: lock}", "name a part with letters and digits"), (.track(2), "{: lock}", "name a part with letters"),
        (.track(2), "{luhn}", "computed over something that is not there"), (.track(2), "é", "plain letters, digits and signs"),
        (.track(2), "{hmac bytes=4}", "needs the name of a card key"), (.track(2), "1{hmac key=a}", "how many of its 32 bytes"),
        (.block(4), "XY", "pairs of hex digits"), (.block(4), "'AB", "a single quote is opened and not closed"),
        (.block(4), "{guest else='x}", "a single quote is opened and not closed"), (.block(4), "{copy}", "{copy} is a number: say how"),
        (.block(4), "{until unix}", "{until} is a number: say how"), (.block(4), "{lock be=2 le=2}", "{lock} is written in two ways"),
        (.block(4), "00", "block 4 has 16 bytes, and the template gives 1: add {fill}"), (.block(4), "{lock bcd=x}", "'bcd' stands alone"),
        (.block(4), "{fill with=F}", "'with' is one byte, as in with=FF"), (.block(4), "{fill le}", "{fill} takes no 'le' here"),
        (.block(3), "{fill}", "write `allow: overwrite-sector-trailers-and-risk-the-card`"),
        (.block(0), "{fill}", "write `allow: overwrite-block-0-and-risk-the-card`"), (.block(143), "{fill}", "overwrite-sector-trailers"),
        (.page(3), "{fill}", "write `allow: overwrite-lock-pages-and-risk-the-card`"), (.page(4), "0011223344", "page 4 takes 4, and"),
        (.rawTrack(1), "{fill to=300}", "'to' needs a number from 1 to 141"),
    ])
    func layout_isRefused_whenItCannotBeRight(place: LayoutPlace, template: String, words: String) {
        let fault = #expect(throws: LayoutFault.self) { try layout(place, template) }
        #expect(fault?.description.contains(words) == true, "\(fault?.description ?? "")")
        #expect(fault?.path == place.path)
    }

    /// What only the order shows: refused by name of layout, place and field, without what stands in it.
    @Test(arguments: [
        (LayoutPlace.track(2), "{lock digits=2}", "track 2, the field lock has 3 digits, the layout has room for 2"),
        (.track(2), "{lock n=2 digits=4}", "track 2, the field lock must be digits only for this layout"),
        (.track(2), "{lock n=2}", "track 2, the field lock has a character that the track cannot hold: it takes digits and : < = >"),
        (.track(2), "{lock n=3}", "track 2, the field lock is missing: the order names 2, the layout wants number 3"),
        (.track(1), "{reservation width=3}", "track 1, the field reservation has 4 characters, the layout has room for 3"),
        (.track(1), "{guest}", "track 1, the field guest has a character that the track cannot hold"),
        (.track(2), "{a: lock n=2}{luhn over=a}", "the field luhn is computed over digits only"),
        (.track(2), "{lock}1234567890123456789012345678901234567", "track 2 takes 37, and this order gives 40"),
        (.block(4), "{guest}{fill}0000000000000000", "the field fill has nothing left to fill: the rest has 18 of 16"),
        (.block(4), "{guest}", "block 4 has 16 bytes, and this order gives 10"), (.page(4), "{lock be=1}{lock n=2}", "this order gives 5"),
        (.page(4), "{until unix be=2}00 00", "the field until is too large for 2 bytes"),
        (.page(4), "{lock n=2 be=4}", "must be digits only"),
        (.page(4), "{until unix bcd=4}", "the field until has 10 digits, 8 fit into its 4 bytes"),
        (.page(4), "00{hmac key=door bytes=3}", "the field hmac needs the card key 'door', which could not be read"),
    ])
    func order_isRefused_whenItDoesNotFit(place: LayoutPlace, template: String, words: String) throws {
        let reason = try refusal(place, template, try order())
        #expect(reason.hasPrefix("in the card layout L, \(place)"), "\(reason)")
        #expect(reason.contains(words), "\(reason)")
        for secret in ["Pool", "R-17", "Zo", "1795"] { #expect(!reason.contains(secret)) }
    }

    @Test func missingFields_areNamed() throws {
        let bare = try order(guest: nil, reservation: nil)
        #expect(try refusal(.track(1), "{guest}", bare).contains("the field guest is missing in the order"))
        #expect(try refusal(.track(1), "{reservation}", bare).contains("the field reservation is missing in the order"))
        #expect(try refusal(.track(1), "{lock}", try order(locks: ["Zoë"])).contains("characters other than plain letters"))
        #expect(try refusal(.block(4), "{lock be=16}", try order(locks: ["99999999999999999999999"])).contains("is too large a number"))
    }

    @Test func layoutOfSeveralKinds_orForAnotherCard_isRefused() {
        func fault(_ change: (inout CardLayoutText) -> Void) -> String? {
            var text = CardLayoutText()
            change(&text)
            return #expect(throws: LayoutFault.self) { try CardLayout(name: "L", text) }?.description
        }
        #expect(fault { _ in }?.contains("give one of them") == true)
        #expect(
            fault {
                $0.tracks = [1: "A"]; $0.pages = [4: "{fill}"]
            }?.contains("give one of them") == true)
        #expect(
            fault {
                $0.tracks = [1: "A"]; $0.rawTracks = [1: "00"]
            }?.contains("also in tracks") == true)
        #expect(
            fault {
                $0.tracks = [1: "A"]; $0.key = "k"
            }?.contains("layouts with blocks") == true)
        #expect(
            fault {
                $0.tracks = [1: "A"]; $0.bitsPerCharacter = 7
            }?.contains("layouts with rawTracks") == true)
        #expect(
            fault {
                $0.pages = [4: "{fill}"]; $0.coercivity = .high
            }?.contains("layouts with tracks") == true)
    }

    @Test(arguments: [
        (
            CardImage.magnetic(MagneticImage(tracks: [1: String(repeating: "A", count: 77)])),
            "track 1 has 77 characters: 76 fit on it" as String?
        ),
        (.magnetic(MagneticImage(tracks: [2: "12A"])), "track 2 has a character that it cannot hold: it takes digits and : < = >"),
        (.magnetic(MagneticImage(tracks: [2: "12?"])), "track 2 has a character that it cannot hold: it takes digits and : < = >"),
        (.magnetic(MagneticImage(tracks: [3: "É"])), "track 3 has a character that it cannot hold: it takes digits and : < = >"),
        (
            .magnetic(MagneticImage(rawTracks: [3: RawTrack(bytes: [UInt8](repeating: 1, count: 89), bitsPerCharacter: 8)])),
            "track 3 has 89 bytes: 88 fit on it"
        ),
        (.magnetic(MagneticImage(tracks: [1: "ABC 1", 2: "12=3", 3: String(repeating: "9", count: 104)])), nil),
    ])
    func imageOfAnOrder_isHeldAgainstTheSameLimits(image: CardImage, expected: String?) {
        #expect(image.objection() == expected)
    }

    /// Words that mean something, thrown together: either refused with a sentence or a card within its limits.
    @Test func randomTemplates_neverCrash_andNeverBreakALimit() throws {
        var random = SeededRandom(seed: 20_261_121)
        let words = [
            "{lock", "{until", "{from", "{copy", "{guest", "{crc", "{hmac", "{fill", "}", "}", "}", " digits=", " be=", " le=", " bcd",
            " width=", " as=YYMMDD",
            " unix", " over=before", " kind=crc-32", " key=factory", " bytes=", "4", "99", "0", "-1", "'", "A1", " ", "a: ", "=", "é", "{{",
            " cut", " pad=0",
        ]
        let order = try order()
        for _ in 0..<20_000 {
            let template = (0..<Int.random(in: 0...9, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }.joined()
            let place: LayoutPlace = [.track(1), .track(2), .rawTrack(3), .block(4), .page(9)].randomElement(using: &random) ?? .track(1)
            guard let layout = try? layout(place, template), let images = try? layout.images(for: order, on: prague, sequence: 1) else {
                continue
            }
            for image in images {
                #expect(image.objection() == nil, "\(template)")
                switch image {
                case .blocks(let image): #expect(image.blocks.values.allSatisfy { $0.count == 16 }, "\(template)")
                case .pages(let image): #expect(image.pages.values.allSatisfy { $0.count == 4 }, "\(template)")
                case .magnetic: break
                }
            }
        }
    }
}
