// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Framing
import Testing

@testable import LockServer

private let prague = TimeZone(identifier: "Europe/Prague") ?? .gmt
private let now = Date(timeIntervalSince1970: 1_795_269_600)

private func request(_ text: String) throws(RequestMessage.Refusal) -> RequestMessage {
    let bytes = text.unicodeScalars.map { $0 == "|" ? SeparatedFields.bar : UInt8(truncatingIfNeeded: $0.value) }
    return try RequestMessage(body: bytes, at: now, zone: prague)
}

private func order(_ text: String) throws -> KeyOrder? {
    if case .keys(let order) = try request(text).kind { order } else { nil }
}

private func date(_ text: String) -> Date? { ISO8601DateFormatter().date(from: text) }

@Suite struct RequestMessageTests {
    @Test func allFields_areAnOrder() throws {
        let message = try request("|CN2|1|E|101|102|||12|}|1400211126|1230231126|RECEPTION|JOHN DOE|||1|")
        guard case .keys(let order) = message.kind else {
            Issue.record("no order")
            return
        }
        #expect(order.lockIds == ["101", "102"])
        #expect(order.copies == 2 && order.mode == .new)
        #expect(order.validFrom == date("2026-11-21T13:00:00Z"))
        #expect(order.validUntil == date("2026-11-23T11:30:00Z"))
        #expect(message.serials == 1 && message.command == "CN2" && message.encoder == "1")
        #expect(message.remark == "rights of the order are not on the card")
    }

    /// The guest of a PMS that writes whole hours is not shut out before the hour is over.
    @Test func eightDigits_endWithTheLastMinuteOfTheHour() throws {
        let message = try request("|CN|1|R|101|||||| |11231126|")
        guard case .keys(let order) = message.kind else {
            Issue.record("no order")
            return
        }
        #expect(order.validUntil == date("2026-11-23T10:59:00Z"))
        #expect(message.remark == "the order gave whole hours: the key ends 11:59")
        #expect(try self.start("|CN|1|R|101||||||14211126|11231126|") == date("2026-11-21T13:00:00Z"))
    }

    private func start(_ text: String) throws -> Date? { try order(text)?.validFrom }

    @Test func copy_joinsTheKeysThereAre() throws {
        #expect(try order("|CC|1|R|101|||||||1200231126|RECEPTION|")?.mode == .copy)
        #expect(try order("|CA|1|R|101|||||||1200231126|RECEPTION|")?.mode == .oneShot)
        #expect(try order("|CA|1|R|101|")?.mode == .oneShot)
    }

    @Test(arguments: [
        ("|CN|1|R|101|", ["ES", "1"]), ("|CN|1|R|||||||1200231126|", ["ES", "1"]), ("|CN|1|R|101||||||xx|1200231126|", ["ES", "1"]),
        ("|CN|1|R|101||||||| 3113231126|", ["ES", "1"]), ("|CN|1|R|101|||||||0000310227|", ["ES", "1"]),
        ("|CN|1|R|101|||||||0000001226|", ["ES", "1"]), ("|CN|1|R|10\u{7F}|||||||1200231126|", ["TD", "1"]),
        ("|CO|0|10\u{1}|", ["TD", "0"]), ("|P1|1|R|B12\u{84}|", ["ES", "1"]), ("|P1|1|R|  |", ["ES", "1"]),
        ("|CNx|1|R|101|||||||1200231126|", ["ES", "1"]), ("|XX|1|", ["ES", "1"]),
        ("", ["ES", ""]),
        ("|CNM|+420123|101|", ["EG", "Mobile keys are not made here"]), ("|CCMB|+420123|101|", ["EG", "Mobile keys are not made here"]),
        ("|CN|1|R|101|||||||1200201126|", ["EG", "The stay ended 20.11. 12:00, no key was made"]),
    ])
    func impossibleRequest_isRefusedInTheProtocolsWords(text: String, fields: [String]) {
        #expect(throws: RequestMessage.Refusal(fields: fields)) { try request(text) }
    }

    @Test func otherRequests_areRead() throws {
        #expect(try request("|CO|0|101|").kind == .checkOut(room: "101"))
        #expect(try request("|LT|1|R|").kind == .read)
        #expect(try request("|L2|1|R|").kind == .readTrack(2))
        #expect(try request("|P3|1|R|12345|").kind == .writeTrack(3, text: "12345"))
        #expect(try request("|WF|Room 1|").kind == .audit)
        #expect(try request("|WN|Room 1|").kind == .audit)
    }

    /// For which letters these bytes stand the client does not say: two rooms stay two, and its words go back as they came.
    @Test func foreignLetters_keepNamesApart_andAreEchoed() throws {
        let rooms = try ["10\u{81}", "10\u{84}", "10\u{A0}", "10"].map { try order("|CN|1|R| \($0) |||||||1200231126|")?.lockIds }
        #expect(Set(rooms).count == 4 && rooms[0] == ["10\u{81}"])
        #expect(try request("|CO|0|10\u{84}|").kind == .checkOut(room: "10\u{84}"))
        let message = try request("|LT|B\u{84}r |R|")
        #expect(message.encoder == "B\u{84}r")
        let frame = AnswerMessage.frame(["LT", message.encoder])
        #expect(frame.dropFirst().dropLast(2) == [0xB3, 0x4C, 0x54, 0xB3, 0x42, 0x84, 0x72, 0xB3])
    }

    /// Blanks are a part of a track.
    @Test func track_isAsItCame_bothWays() throws {
        let track = "B1234^DOE JOHN   A  ^2512  "
        #expect(try request("|P1|1|R|\(track)|").kind == .writeTrack(1, text: track))
        let frame = AnswerMessage.frame(["L1", "1", track])
        #expect(frame.contains(track.utf8))
    }

    /// Seen with the public client: an answer with a line feed in it, the check byte too, is refused.
    @Test func noAnswer_endsWithALineFeed() {
        for number in 0..<2000 {
            let frame = AnswerMessage.frame(["CN", "Encoder \(number)"])
            #expect(!frame.contains(ControlByte.lf))
        }
        let text = AnswerMessage.frame(["EG", "a\nb\u{1B}[31m\u{202E}c"])
        #expect(text.dropFirst().dropLast(2).allSatisfy { (0x20...0x7E).contains($0) || $0 == SeparatedFields.bar })
    }

    @Test(arguments: FaultKind.examples) func everyFault_hasACode(kind: FaultKind) throws {
        let message = try request("|LT|1|R|")
        for card in CardKnowledge.allCases {
            let fields = AnswerMessage.fields(KeyOutcome(Fault(kind, card: card)), to: message, on: "desk")
            #expect(fields.first != "LT" && fields.count >= 2)
            if card != .untouched { #expect(fields == ["EG", "Check the card before use"]) }
        }
        #expect(AnswerMessage.fields(.failed(Fault(.busy)), to: message, on: "desk") == ["OV", "1"])
        #expect(AnswerMessage.fields(.failed(Fault(.rejected(reason: "x"), detail: "TD")), to: message, on: "desk") == ["TD", "1"])
    }

    @Test func serials_standBehindTheEncoder_whereTheClientAsked() throws {
        let receipts = ["04AA", "04BB"].enumerated().map { Receipt(copy: $0.offset + 1, serial: $0.element, verified: true, at: now) }
        func fields(_ asked: Int) throws -> [String] {
            AnswerMessage.fields(
                .made(receipts), to: try request("|CN2|1|E|101|||||||1200231126|R|||| \(asked)|"), on: "desk")
        }
        #expect(try fields(0) == ["CN2", "1"])
        #expect(try fields(1) == ["CN2", "1", "04BB"])
        #expect(try fields(2) == ["CN2", "1", "04AA", "04BB"])
    }
}
