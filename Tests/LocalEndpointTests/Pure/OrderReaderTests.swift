// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import HTTPTypes
import Testing

@testable import LocalEndpoint

struct OrderReaderTests {
    private static let times = #""validFrom":"2026-11-21T14:00:00Z","validUntil":"2026-11-23T11:00:00Z""#

    @Test func fullOrder_isRead() throws {
        let order = try KeyOrderReader.order(
            from: Data(
                """
                {"lockIds": ["101", "Pool"], "validFrom": "2026-11-21T15:00:00+01:00", "validUntil": "2026-11-23T11:00:00.250Z",
                 "copies": 2, "mode": "copy", "guestName": "Jana", "reservationNumber": "R1", "cardImage": null}
                """.utf8))
        #expect(
            order
                == KeyOrder(
                    lockIds: ["101", "Pool"], validFrom: Date(timeIntervalSince1970: 1_795_269_600),
                    validUntil: Date(timeIntervalSince1970: 1_795_431_600.25), copies: 2, mode: .copy, guestName: "Jana",
                    reservationNumber: "R1"))
    }

    @Test func cardImage_isRead() throws {
        let order = try KeyOrderReader.order(
            from: Data(
                #"{"lockIds":["1"],\#(Self.times),"cardImage":{"blocks":{"4":"000102030405060708090a0b0c0d0e0f"},"key":"door"}}"#.utf8))
        #expect(order.cardImage == .blocks(BlockImage(blocks: [4: Array(0...15)], key: "door")))
    }

    @Test func membersOfACardImage_areAllLetIn() throws {
        let images: [CardImage] = [
            .magnetic(
                MagneticImage(tracks: [1: "A"], rawTracks: [3: RawTrack(bytes: [1], bitsPerCharacter: 8)], coercivity: .high)),
            .blocks(BlockImage(blocks: [4: Array(0...15)], key: "door", keyKind: .a)), .pages(PageImage(pages: [4: [1, 2, 3, 4]])),
        ]
        var members: Set<String> = []
        for image in images {
            let object = try JSONSerialization.jsonObject(with: EndpointJSON.encoder().encode(image)) as? [String: Any]
            members.formUnion(try #require(object).keys)
        }
        #expect(members == Set(KeyOrderReader.imageFields))
    }

    /// A new field of KeyOrder must be let in here too.
    @Test func knownFields_areThoseOfAnOrder() throws {
        let order = KeyOrder(
            lockIds: ["1"], validFrom: .now, validUntil: .now, guestName: "a", reservationNumber: "b",
            cardImage: .pages(PageImage(pages: [4: [1, 2, 3, 4]])))
        let object = try #require(try JSONSerialization.jsonObject(with: EndpointJSON.encoder().encode(order)) as? [String: Any])
        #expect(Set(object.keys) == Set(KeyOrderReader.fields.map(\.key)))
    }

    @Test(arguments: [
        ("", "The body is empty"), ("{", "the body is not valid JSON"), ("[]", "the body must be one JSON object"),
        ("{}", "lockIds: missing, expected a list"), (#"{"lockIds":"101",\#(times)}"#, "lockIds: expected a list of lock names"),
        (#"{"lockIds":[101],\#(times)}"#, "lockIds: expected"), (#"{"lockIds":null,\#(times)}"#, "lockIds: expected"),
        (#"{"lockIds":["1"],\#(times),"copies":"2"}"#, "copies: expected a whole number from 1 to 50"),
        (#"{"lockIds":["1"],\#(times),"copies":1.5}"#, "copies: expected"),
        (#"{"lockIds":["1"],\#(times),"copies":1e999}"#, "copies: expected"),
        (#"{"lockIds":["1"],\#(times),"mode":"New"}"#, "mode: expected \"new\" or \"copy\" or \"one-shot\""),
        (#"{"lockIds":["1"],\#(times),"validUntill":"x"}"#, "validUntill: no such field, an order has lockIds, validFrom, validUntil,"),
        (#"{"lockIds":["1"],\#(times),"a\u0007b":1}"#, "a?b: no such field"),
        (#"{"lockIds":["1"],\#(times),"cardImage":"x"}"#, "cardImage: expected a card image such as"),
        (#"{"lockIds":["1"],\#(times),"cardImage":{}}"#, "cardImage: the card image is empty: give tracks, rawTracks, blocks or pages"),
        (
            #"{"lockIds":["1"],\#(times),"cardImage":{"tracks":{"4":"1"}}}"#,
            "cardImage: the card image has no place '4' in tracks: use 1 to 3"
        ),
        (#"{"lockIds":["1"],\#(times),"cardImage":{"tracks":{"1":5}}}"#, "cardImage: expected a card image such as"),
        (
            #"{"lockIds":["1"],\#(times),"cardImage":{"blocks":{"4":"SECRET"}}}"#,
            "cardImage: the card image needs 32 hex digits for each of its blocks"
        ),
        (#"{"lockIds":["1"],\#(times),"cardImage":{"pages":{"4":"0102030"}}}"#, "cardImage: the card image needs 8 hex digits for each"),
        (
            #"{"lockIds":["1"],\#(times),"cardImage":{"pages":{"4":"01020304"},"tracks":{"1":"A"}}}"#,
            "cardImage: the card image is of several kinds"
        ),
        (
            #"{"lockIds":["1"],\#(times),"cardImage":{"tracks":{"1":"A"},"coercivty":"high"}}"#,
            "cardImage.coercivty: no such field, a card image has tracks, rawTracks, coercivity, blocks, key, keyKind, pages"
        ),
        (#"{"lockIds":["1"],\#(times),"cardImage":{"tracks":{"1":"A"},"coercivity":"mid"}}"#, "cardImage: expected a card image"),
        (#"{"lockIds":["1"],"validFrom":1795269600,"validUntil":"2026-11-23T11:00:00Z"}"#, "validFrom: expected a time such"),
        (#"{"lockIds":["1"],"validFrom":"2026-11-21T14:00:00Z","validUntil":"23.11.2026"}"#, "validUntil: expected a time such"),
    ])
    func order_isRefused_namingTheField(_ body: String, _ reason: String) {
        let problem = #expect(throws: Problem.self) { try KeyOrderReader.order(from: Data(body.utf8)) }
        #expect(problem?.status.code == 400)
        #expect(problem?.detail.hasPrefix(reason) == true, "\(problem?.detail ?? "")")
    }

    @Test(arguments: [
        ("2026-11-23T11:00:00Z", 1_795_431_600.0), ("2026-11-23T11:00:00.5Z", 1_795_431_600.5), ("2026-11-23t11:00:00z", 1_795_431_600),
        ("2026-11-23T12:00:00+01:00", 1_795_431_600), ("2026-11-23T05:30:00-05:30", 1_795_431_600), ("1970-01-01T00:00:00Z", 0),
        ("2024-02-29T00:00:00Z", 1_709_164_800), ("2000-02-29T23:59:59Z", 951_868_799), ("1969-12-31T23:59:59Z", -1),
        ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
    ])
    func time_isRead(_ text: String, _ seconds: Double) { #expect(InternetTime.date(text)?.timeIntervalSince1970 == seconds) }

    @Test(arguments: [
        "", "2026-11-23", "2026-11-23T11:00:00", "2026-11-23 11:00:00Z", "2026-11-23T11:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T11:60:00Z",
        "2026-11-23T11:00:60Z", "2026-11-23T11:00:00.Z", "2026-11-23T11:00:00+1:00", "2026-11-23T11:00:00+24:00", "2026-11-23T11:00:00ZZ",
        "2026-11-23T11:00:00.1234567890Z", "２０２６-11-23T11:00:00Z", "+2026-11-23T11:00:00Z", "2026-11-23T11:00:00+0100",
    ])
    func time_isRefused(_ text: String) { #expect(InternetTime.date(text) == nil) }

    @Test func time_comesBackAsItWent() {
        var random = SeededGenerator(seed: 42)
        for _ in 0..<5000 {
            let date = Date(timeIntervalSince1970: Double(Int.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random)) / 1000)
            let back = InternetTime.date(InternetTime.text(date))
            #expect(abs((back ?? .distantPast).timeIntervalSince(date)) < 0.001)
        }
    }

    @Test func time_isWrittenInUTC_andNeverTraps() {
        #expect(InternetTime.text(Date(timeIntervalSince1970: 1_795_431_600.25)) == "2026-11-23T11:00:00.250Z")
        #expect(InternetTime.headerText(Date(timeIntervalSince1970: 1_795_258_223)) == "Sat, 21 Nov 2026 10:50:23 GMT")
        #expect(InternetTime.headerText(Date(timeIntervalSince1970: 0)) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(InternetTime.text(Date(timeIntervalSince1970: .infinity)) == "9999-12-31T23:59:59.999Z")
        #expect(InternetTime.text(Date(timeIntervalSince1970: -.infinity)) == "0000-01-01T00:00:00Z")
        #expect(!InternetTime.text(Date(timeIntervalSince1970: .nan)).isEmpty)
    }

    @Test(arguments: [
        ([], nil as Int?), (["wait=30"], 30), (["respond-async, wait=10"], 10), (["respond-async", "wait=5"], 5), (["WAIT = 7; x=y"], 7),
        (["wait=99999"], 300), (["wait=0"], 0), (["wait"], nil), (["wait="], nil), (["wait=-1"], nil), (["wait=1.5"], nil),
        (["wait=99999999999999999999"], nil), (["waiting=3"], nil), (["wait=5, wait=9"], 5),
    ])
    func waiting_isReadFromPrefer(_ values: [String], _ expected: Int?) { #expect(WaitPreference.seconds(values) == expected) }

    @Test func idempotencyKey_isOneVisibleText() throws {
        #expect(try IdempotencyKey.read([]) == nil)
        #expect(try IdempotencyKey.read(["abc"]) == "abc")
        #expect(try IdempotencyKey.read(["\"abc\""]) == "abc")
        for bad in [[""], ["\"\""], ["a b"], ["ä"], ["a", "a"], ["a\"b"], [String(repeating: "k", count: 201)]] {
            #expect(throws: Problem.self) { try IdempotencyKey.read(bad) }
        }
    }

    @Test func keptJob_standsForTheSameOrderOnly() {
        let order = KeyOrder(
            lockIds: ["1"], validFrom: Date(timeIntervalSince1970: 1000.0004), validUntil: Date(timeIntervalSince1970: 2000),
            guestName: "Jana")
        var job = Job(id: "1", encoder: "a", order: order, origin: .local, createdAt: .now)
        job.order.validFrom = Date(timeIntervalSince1970: 1000)
        #expect(IdempotencyKey.stands(job, for: order, on: "a"))
        #expect(!IdempotencyKey.stands(job, for: order, on: "b"))
        var other = order
        other.guestName = "Eva"
        #expect(!IdempotencyKey.stands(job, for: other, on: "a"))
        job.state = .done
        job.order = job.order.scrubbed()
        #expect(IdempotencyKey.stands(job, for: order, on: "a"))
        other.copies = 2
        #expect(!IdempotencyKey.stands(job, for: other, on: "a"))
    }

    @Test func eventPlace_knowsItsRun() {
        #expect(EventPlace.resumption([], run: "ab") == .fresh)
        #expect(EventPlace.resumption([""], run: "ab") == .fresh)
        #expect(EventPlace.resumption(["ab-17"], run: "ab") == .after(17))
        for lost in ["cd-17", "17", "ab", "ab-", "ab--1", "ab-99999999999999999999999", "ab-1-2"] {
            #expect(EventPlace.resumption([lost], run: "ab") == .lost)
        }
        #expect(EventPlace.resumption(["ab-1", "ab-2"], run: "ab") == .lost)
        #expect(EventPlace.resumption(["ab.9-17"], run: "ab") == .after(17))
        #expect(EventPlace.resumption([EventPlace(run: "cd", number: 3, place: 12).text], run: "ab") == .earlierRun(place: 12))
        for lost in ["cd.-3", "cd.x-3", "cd.-1-3", "cd.12", "cd.12-"] {
            #expect(EventPlace.resumption([lost], run: "ab") == .lost)
        }
    }

    @Test(arguments: FaultKind.examples)
    func fault_becomesAProblemWithItsStatusAndAdvice(_ kind: FaultKind) {
        let problem = Problem(Fault(kind))
        #expect(problem.type == "urn:encoder-bridge:fault:\(kind.code)")
        #expect(problem.status.code == kind.httpStatus)
        #expect(problem.detail == Fault(kind).advice)
        #expect(problem.title.first?.isUppercase == true)
    }
}
