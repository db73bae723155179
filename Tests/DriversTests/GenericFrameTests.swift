// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import Testing

@testable import Drivers

/// Lines of other makers, described by a site's settings alone, with frames as published sources print them.
@Suite struct GenericFrameTests {
    struct Line: Sendable, CustomTestStringConvertible {
        var name: String
        var settings: [String: String]
        /// Both directions, in order.
        var frames: [String]
        var testDescription: String { name }

        init(_ name: String, _ settings: [String: String], _ frames: [String]) {
            self.name = name
            self.settings = settings
            self.frames = frames
        }

        var bytes: [[UInt8]] { frames.map { HexText.decode($0.filter { $0 != " " }) ?? [] } }

        func parameters() throws -> StxEtxParameters {
            let plain = ["new": "{room}{until:yyyyMMddHHmm}", "result": "column 1", "result.P": "ok"]
            return try GenericSettings(DriverSettings(plain.merging(settings) { $1 })).layout.parameters
        }
    }

    private static let osdp = [
        "leadIn": "FF", "start": "53", "end": "none", "lengthAt": "1", "lengthOrder": "low-first", "lengthCounts": "frame", "address": "65",
        "checkScope": "start+length", "enquiry": "no", "acknowledged": "no", "acknowledgeAnswer": "no",
    ]

    /// Each line's own conversation.
    static let lines = [
        Line(
            "FIAS on a serial line, the other side of a hotel: bars behind the fields, XOR without STX",
            ["separator": "7C", "separatorPlace": "behind", "new": "{room} | {until:yyyyMMddHHmm}"],
            [
                "02 4C 53 7C 44 41 32 36 31 31 32 31 7C 54 49 31 34 30 30 30 30 7C 03 7A",
                "06",
                "02 4C 44 7C 44 41 32 36 31 31 32 31 7C 54 49 31 34 30 30 30 30 7C 56 23 31 2E 30 7C 49 46 4B 45 7C 03 36",
                "02 4C 52 7C 52 49 4B 52 7C 46 4C 4B 43 4B 54 52 4E 47 23 47 41 47 44 57 53 4B 4F 4B 23 7C 03 6B",
                "02 4C 52 7C 52 49 4B 44 7C 46 4C 4B 43 52 4E 47 23 57 53 7C 03 0B",
                "02 4C 52 7C 52 49 4B 5A 7C 46 4C 4B 43 57 53 7C 03 6D",
                "02 4C 52 7C 52 49 4B 41 7C 46 4C 41 53 4B 43 57 53 43 54 7C 03 73",
                "02 4C 41 7C 44 41 32 36 31 31 32 31 7C 54 49 31 34 30 30 30 30 7C 03 68",
            ]),
        Line(
            "CRT-591: address, length of the text, XOR from the start through the end",
            [
                "start": "F2", "end": "03", "lengthAt": "1", "address": "00", "checkScope": "start+length+end", "enquiry": "no",
                "ackTimeout": "300ms",
            ],
            [
                "F2 00 00 03 43 30 33 03 B2", "06", "F2 00 00 06 50 30 33 30 30 30 03 94", "06", "F2 00 00 03 43 31 30 03 B0", "06",
                "F2 00 00 06 50 31 30 32 30 30 03 94", "06", "F2 00 00 03 43 32 39 03 BA", "06", "F2 00 00 05 45 32 39 31 30 03 BB", "06",
            ]),
        Line(
            "OMRON 3S4YR: DLE pairs, DLE doubled and not counted",
            [
                "start": "10 02", "end": "10 03", "stuffing": "10 10", "controlLead": "10", "endOfTransaction": "05", "enquiry": "no",
                "acknowledgeAnswer": "no", "parity": "even",
            ],
            [
                "10 02 43 30 30 10 03 40", "10 06", "10 05", "10 02 50 30 30 30 30 10 03 53", "10 02 43 37 32 10 10 31 10 03 64", "10 06",
                "10 05", "10 02 4E 37 32 35 35 10 03 48",
            ]),
        Line(
            "OSDP with its CRC: the length counts the whole frame",
            osdp.merging(["check": "crc16-aug-ccitt", "checkOrder": "low-first"]) { $1 },
            [
                "FF 53 65 08 00 04 60 60 90", "FF 53 65 09 00 04 61 00 D9 7A", "FF 53 E5 08 00 06 40 B0 F0",
                "FF 53 E5 09 00 05 41 01 0E 8F",
                "FF 53 E5 14 00 04 45 A1 A2 A3 B1 C1 D1 D2 D3 D4 E1 E2 E3 F8 D9",
            ]),
        Line("OSDP with a checksum", osdp.merging(["check": "twos-complement"]) { $1 }, ["FF 53 E5 07 00 01 40 80"]),
        Line(
            "SL500 and its kin: AA stuffed with 00, the length counts text and check",
            [
                "start": "AA BB", "end": "none", "lengthAt": "0", "lengthOrder": "low-first", "lengthCounts": "text+check",
                "checkScope": "body", "stuffing": "AA 00", "enquiry": "no", "acknowledged": "no", "acknowledgeAnswer": "no",
            ],
            ["AA BB 06 00 00 00 01 02 52 51", "AA BB 08 00 00 00 01 02 00 04 00 07", "AA BB 07 00 00 00 AA 00 01 02 52 FB"]),
    ]

    private func decode(_ pieces: [[UInt8]], _ parameters: StxEtxParameters) -> [Decoded<StxEtxFrame>] {
        var codec = StxEtxCodec(parameters)
        var found: [Decoded<StxEtxFrame>] = []
        for piece in pieces {
            codec.receive(piece)
            while let decoded = codec.next() { found.append(decoded) }
        }
        codec.silence()
        while let decoded = codec.next() { found.append(decoded) }
        return found
    }

    private func messages(_ found: [Decoded<StxEtxFrame>]) -> [StxEtxFrame] {
        found.compactMap { if case .frame(.message(let body)) = $0 { .message(body) } else { nil } }
    }

    @Test(arguments: lines) func frames_areReadAndWrittenAsPrinted(line: Line) throws {
        let parameters = try line.parameters()
        for bytes in line.bytes {
            let found = decode([bytes], parameters)
            #expect(decode(bytes.map { [$0] }, parameters) == found)
            guard found.count == 1, case .frame(let frame) = found[0] else {
                Issue.record("\(HexText.encode(bytes)) is read as \(found)")
                continue
            }
            #expect(StxEtxCodec(parameters).encode(frame) == bytes)
        }
    }

    @Test(arguments: lines) func frames_areFound_gluedAndBehindNoise(line: Line) throws {
        let parameters = try line.parameters()
        let one = line.bytes.flatMap { decode([$0], parameters) }
        #expect(one.count == line.bytes.count)
        #expect(decode([line.bytes.flatMap(\.self)], parameters) == one)
        #expect(decode(line.bytes.map { [0xFE, 0x00, 0x7F] + $0 }, parameters) == one)
    }

    /// Where the check leaves the length out, a flipped bit in it can make a shorter message whose check happens to agree.
    @Test(arguments: lines.filter { $0.settings["checkScope"] != "body" }) func flippedBit_neverMakesAnotherMessage(line: Line) throws {
        let parameters = try line.parameters()
        for bytes in line.bytes where bytes.count > 2 {
            let whole = messages(decode([bytes], parameters))
            #expect(whole.count == 1)
            for bit in 0..<bytes.count * 8 {
                var flipped = bytes
                flipped[bit / 8] ^= 1 << (bit % 8)
                let found = messages(decode([flipped + bytes], parameters))
                #expect(found.last == whole[0], "bit \(bit) of \(HexText.encode(bytes))")
                #expect(found.allSatisfy { $0 == whole[0] }, "bit \(bit) of \(HexText.encode(bytes))")
            }
        }
    }

    /// Both scopes of the check in answers; the site says which one orders have.
    @Test func kabaIlco_readsAnswersOfEitherScope_andWritesTheScopeOfTheSite() throws {
        let body =
            Array("0100100".utf8) + Array("41\"101".utf8) + [0x1C] + Array("&1".utf8) + [0x1C] + Array("%0".utf8) + [0x1C]
            + Array("$2026/11/23 12:00".utf8) + [0x1C]
        for (scope, check, answer) in [("end", 0x1C, 0x64), ("start+end", 0x1E, 0x66)] as [(String, UInt8, UInt8)] {
            let site = try GenericSettings(DriverSettings(["profile": "kaba-ilco", "checkScope": scope])).layout.parameters
            #expect(StxEtxCodec(site).encode(.message(body)) == [0x02] + body + [0x03, check])
            for other in [UInt8(0x64), 0x66] {
                let heard = Array("0100400".utf8) + Array("13P".utf8)
                #expect(decode([[0x02] + heard + [0x03, other]], site) == [.frame(.message(heard))], "\(scope), \(answer)")
            }
        }
    }

    @Test func visionline_readsAnswersWithAndWithoutAFrame() throws {
        let site = try GenericSettings(DriverSettings(["profile": "visionline"])).layout.parameters
        let answer = StxEtxFrame.message(Array("CCA;EA1;RC0;".utf8))
        let framed: [UInt8] = [0x02] + Array("CCA;EA1;RC0;6C".utf8) + [0x03]
        #expect(StxEtxCodec(site).encode(answer) == framed)
        for bytes in [framed, Array("CCA;EA1;RC0;\r\n".utf8), Array("CCA;EA1;RC0;".utf8)] {
            #expect(decode([[0x06] + bytes], site) == [.frame(.ack), .frame(answer)])
            #expect(decode(([0x06] + bytes).map { [$0] }, site) == [.frame(.ack), .frame(answer)])
        }
    }
}

/// Settings that contradict one another, and what is said about it.
@Suite struct GenericContradictionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var settings: [String: String]
        var key: String
        var words: String
        var testDescription: String { settings.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ") }

        init(_ settings: [String: String], _ key: String, _ words: String) {
            self.settings = settings
            self.key = key
            self.words = words
        }
    }

    private static let counted = ["lengthAt": "0", "end": "none", "checkScope": "length"]

    static let cases = [
        Case(["end": "none"], "end", "there is no length"),
        Case(["end": "01 02 03"], "end", "write one, such as 03, or a pair"),
        Case(["end": "10 03", "lengthAt": "0"], "end", "a length tells the end"),
        Case(["end": "10 03"], "stuffing", "write stuffing: 10 10"),
        Case(["end": "10 03", "stuffing": "10 00"], "stuffing", "must be doubled"),
        Case(["end": "10 03", "stuffing": "10 10"], "start", "such as 10 02"),
        Case(["end": "10 10", "stuffing": "10 10", "start": "10 02"], "end", "the same byte twice"),
        Case(["end": "10 03", "stuffing": "10 10", "start": "10 02", "controlLead": "11"], "controlLead", "one byte for both"),
        Case(["end": "10 03", "stuffing": "10 10", "start": "10 03"], "start", "two meanings"),
        Case(["stuffing": "AA"], "stuffing", "a byte and what is put behind it"),
        Case(["stuffing": "AA 00"], "stuffing", "protects nothing"),
        Case(["stuffing": "AA BB", "start": "AA BB"], "stuffing", "look like a start"),
        Case(["checkPlace": "before-end"], "checkPlace", "use xor-hex or sum-hex there"),
        Case(counted.merging(["checkPlace": "before-end"]) { $1 }, "checkPlace", "leave 'checkPlace' out"),
        Case(["checkScope": "start+length"], "checkScope", "the frame has none"),
        Case(["answerCheckScope": "length"], "answerCheckScope", "the frame has none"),
        Case(["lengthAt": "0", "end": "none"], "checkScope", "'end' is none"),
        Case(counted.merging(["check": "crc16-arc", "skipMark": "0D"]) { $1 }, "skipMark", "write skipMark: none"),
        Case(["lengthWidth": "1"], "lengthWidth", "say 'lengthAt'"),
        Case(["lengthCounts": "frame"], "lengthCounts", "say 'lengthAt'"),
        Case(counted.merging(["lengthAt": "2", "address": "00"]) { $1 }, "address", "between start and length"),
        Case(counted.merging(["lengthAt": "9"]) { $1 }, "lengthAt", "use one of"),
        Case(["address": "00"], "address", "cannot stand in a message of this form"),
        Case(["unframedAnswers": "yes"], "unframedAnswers", "separatorPlace: behind"),
        Case(["unframedAnswers": "yes", "separator": "3B"], "unframedAnswers", "separatorPlace: behind"),
        Case(["leadIn": "01 02 03 04 05"], "leadIn", "four are the most"),
        Case(["leadIn": "02"], "leadIn", "two meanings"),
        Case(["controlLead": "06"], "controlLead", "two meanings"),
        Case(["busyByte": "11", "acknowledged": "no"], "busyByte", "in place of an ACK"),
        Case(["longest": "0"], "longest", "from 1 to 4096"),
    ]

    @Test(arguments: cases) func contradiction_isRefusedInWords(sample: Case) throws {
        let plain = ["new": "{room}{until:yyyyMMddHHmm}", "result": "columns 1-2", "result.OK": "ok"]
        let fault = #expect(throws: SettingsFault.self) {
            try GenericStxEtxDriver(settings: DriverSettings(plain.merging(sample.settings) { $1 }))
        }
        #expect(fault?.key == sample.key)
        #expect(fault?.description.contains(sample.words) == true, "\(fault?.description ?? "")")
    }
}
