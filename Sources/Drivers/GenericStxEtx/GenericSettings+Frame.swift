// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

extension StxEtxParameters {
    /// How frames are built, from the settings.
    init(_ settings: DriverSettings, separator: UInt8?) throws(SettingsFault) {
        let start = try settings.bytes(GenericWords.start)
        guard (1...2).contains(start.count) else {
            throw SettingsFault(key: "start", "'start' must be one or two bytes in hex, such as 02 or AA BB")
        }
        let check = try StxEtxCheck(settings, scope: try settings.text(GenericWords.checkScope))
        self.init(
            start: start, ending: try StxEtxEnding(settings), controls: try Self.controls(settings), check: check,
            checkPlace: StxEtxCheck.Place(rawValue: try settings.text(GenericWords.checkPlace)) ?? .behindEnd,
            heardChecks: try StxEtxCheck.heard(settings), skipMark: try settings.optionalByte(GenericWords.skipMark),
            ignorable: Set(try settings.bytes(GenericWords.ignore)), controlsInBody: Set([separator].compactMap(\.self)),
            maximumLength: try settings.integer(GenericWords.longest, in: 1...4096))
        leadIn = try settings.bytes(GenericWords.leadIn)
        controlLead = try settings.optionalByte(GenericWords.controlLead)
        let stuffing = try settings.bytes(GenericWords.stuffing)
        guard stuffing.isEmpty || stuffing.count == 2 else {
            throw SettingsFault(key: "stuffing", "'stuffing' must be a byte and what is put behind it, such as 10 10 or AA 00, or none")
        }
        self.stuffing = stuffing.isEmpty ? nil : StxEtxStuffing(stuffing[0], stuffing[1])
        if try settings.text(GenericWords.unframedAnswers) == "yes" { bareSeparator = separator }
        try FrameObjections(self, settings, separator: separator).raise()
    }

    private static func controls(_ settings: DriverSettings) throws(SettingsFault) -> Set<UInt8> {
        let own = [try settings.optionalByte(GenericWords.busyByte), try settings.optionalByte(GenericWords.endOfTransaction)]
        var isUsed = try settings.text(GenericWords.lengthAt) == "none"
        for setting in [GenericWords.enquiry, GenericWords.acknowledged, GenericWords.acknowledgeAnswer, GenericWords.answerEnquiry] {
            if try settings.text(setting) == "yes" { isUsed = true }
        }
        // Messages that may hold any byte, on a line without acknowledgements: what looks like one is the remains of a message.
        return Set(own.compactMap(\.self)).union(isUsed ? [ControlByte.enq, ControlByte.ack, ControlByte.nak] : [])
    }
}

extension StxEtxEnding {
    /// A byte, a pair or a length, whichever the settings name.
    fileprivate init(_ settings: DriverSettings) throws(SettingsFault) {
        let end = try settings.bytes(GenericWords.end)
        if let offset = Int(try settings.text(GenericWords.lengthAt)) {
            guard end.count <= 1 else {
                throw SettingsFault(
                    key: "end", "'end' has \(end.count) bytes and 'lengthAt' says that a length tells the end: write one, or none")
            }
            let length = StxEtxLength(
                offset: offset, width: try settings.integer(GenericWords.lengthWidth, in: 1...2),
                lowByteFirst: try settings.text(GenericWords.lengthOrder) == "low-first",
                counts: StxEtxLength.Counted(rawValue: try settings.text(GenericWords.lengthCounts)) ?? .text)
            self = .counted(length, end: end.first)
            return
        }
        switch end.count {
        case 1: self = .byte(end[0])
        case 2: self = .pair(lead: end[0], end[1])
        case 0:
            throw SettingsFault(
                key: "end", "'end' is none and there is no length: write the byte behind a message, such as 03, or say 'lengthAt'")
        default: throw SettingsFault(key: "end", "'end' has \(end.count) bytes: write one, such as 03, or a pair, such as 10 03")
        }
    }
}

extension StxEtxCheck {
    /// The check of our own messages; `words` is what it covers: `start+end`.
    init(_ settings: DriverSettings, scope words: String) throws(SettingsFault) {
        let scope = Scope(words: words)
        let lowByteFirst = try settings.text(GenericWords.checkOrder) == "low-first"
        let name = try settings.text(GenericWords.check)
        if let kind = GenericWords.cyclicChecks.first(where: { $0.name == name })?.kind {
            self = .crc16(scope, kind, lowByteFirst: lowByteFirst)
            return
        }
        self =
            switch name {
            case "xor": .xor(scope)
            case "xor-hex": .xorHex(scope)
            case "sum-hex": .sumHex(scope)
            case "twos-complement": .twosComplement(scope)
            default: try settings.optionalByte(GenericWords.skipMark).map { .mark($0) } ?? .none
            }
    }

    /// The checks that answers may have; empty: those of our own messages.
    fileprivate static func heard(_ settings: DriverSettings) throws(SettingsFault) -> [StxEtxCheck] {
        let ours = try settings.text(GenericWords.checkScope)
        let own = try StxEtxCheck(settings, scope: ours)
        let words = try settings.text(GenericWords.answerCheckScope)
        switch words {
        case "same": return []
        case "either":
            let other = Scope(words: ours).symmetricDifference(.start)
            return [own, try StxEtxCheck(settings, scope: other.words)]
        default:
            let heard = try StxEtxCheck(settings, scope: words)
            return heard == own ? [] : [heard]
        }
    }
}

extension StxEtxCheck.Scope {
    private static let names: [(String, StxEtxCheck.Scope)] = [("start", .start), ("length", .length), ("end", .end)]

    /// Reads `start+end`; `body` is nothing beside the body.
    init(words: String) {
        let words = words.split(separator: "+").map(String.init)
        self = Self.names.reduce(into: []) { if words.contains($1.0) { $0.insert($1.1) } }
    }

    var words: String {
        let words = Self.names.filter { contains($0.1) }.map(\.0)
        return words.isEmpty ? "body" : words.joined(separator: "+")
    }
}
