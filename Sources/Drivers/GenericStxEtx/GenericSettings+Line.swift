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
        let end = try settings.byte(GenericWords.end)
        let busy = try settings.optionalByte(GenericWords.busyByte)
        let ignorable = Set(try settings.bytes(GenericWords.ignore))
        let place = StxEtxCheck.Place(rawValue: try settings.text(GenericWords.checkPlace)) ?? .behindEnd
        let check = try StxEtxCheck(settings, scope: GenericWords.checkScope)
        let heard = try StxEtxCheck(settings, scope: GenericWords.answerCheckScope)
        if place == .beforeEnd, !check.isText, check != .none {
            throw SettingsFault(
                key: "checkPlace",
                "'checkPlace' is before-end and 'check' is of raw bytes, which could look like the end: use xor-hex or sum-hex there")
        }
        var controls: Set<UInt8> = [ControlByte.enq, ControlByte.ack, ControlByte.nak]
        if let busy { controls.insert(busy) }
        if let mark = try settings.optionalByte(GenericWords.endOfTransaction) { controls.insert(mark) }
        let taken = controls.union([end])
        if let twice = (start + [separator].compactMap(\.self)).first(where: { taken.contains($0) }) ?? start.first(where: {
            $0 == separator
        })
            ?? ignorable.first(where: { taken.contains($0) || start.contains($0) || $0 == separator })
        {
            throw SettingsFault(
                key: "start", "the byte \(HexText.encode([twice])) has two meanings: start, end, separator and controls must differ")
        }
        self.init(
            start: start, end: end, controls: controls, check: check, checkPlace: place, heardCheck: heard == check ? nil : heard,
            skipMark: try settings.optionalByte(GenericWords.skipMark), ignorable: ignorable,
            controlsInBody: Set([separator].compactMap(\.self)), maximumLength: 1024)
    }
}

extension StxEtxCheck {
    /// The check with what it covers; `scope` may say `same`, as for our own messages.
    fileprivate init(_ settings: DriverSettings, scope setting: SettingDescription) throws(SettingsFault) {
        let text = try settings.text(setting)
        let scope: Scope =
            switch text == "same" ? try settings.text(GenericWords.checkScope) : text {
            case "start": .start
            case "end": .end
            case "start+end": [.start, .end]
            default: []
            }
        let lowByteFirst = try settings.text(GenericWords.checkOrder) == "low-first"
        self =
            switch try settings.text(GenericWords.check) {
            case "xor": .xor(scope)
            case "xor-hex": .xorHex(scope)
            case "sum-hex": .sumHex(scope)
            case "twos-complement": .twosComplement(scope)
            case "crc16-xmodem": .crc16(scope, .xmodem, lowByteFirst: lowByteFirst)
            case "crc16-ccitt-false": .crc16(scope, .ccittFalse, lowByteFirst: lowByteFirst)
            case "crc16-aug-ccitt": .crc16(scope, .augCcitt, lowByteFirst: lowByteFirst)
            case "crc16-modbus": .crc16(scope, .modbus, lowByteFirst: lowByteFirst)
            default: try settings.optionalByte(GenericWords.skipMark).map { .mark($0) } ?? .none
            }
    }
}

extension StxEtxFlow {
    /// Who says what, from the settings.
    init(_ settings: DriverSettings, _ parameters: StxEtxParameters) throws(SettingsFault) {
        self.init(acknowledgeWithin: try settings.duration(GenericWords.ackTimeout))
        enquires = try settings.text(GenericWords.enquiry) == "yes"
        enquiryTries = try settings.integer(GenericWords.enquiryTries, in: 1...20)
        pause = try settings.duration(GenericWords.pause)
        isAcknowledged = try settings.text(GenericWords.acknowledged) == "yes"
        messageTries = try settings.integer(GenericWords.messageTries, in: 1...20)
        acknowledgesAnswer = try settings.text(GenericWords.acknowledgeAnswer) == "yes"
        busy = try settings.optionalByte(GenericWords.busyByte)
        answerIsEnquired = try settings.text(GenericWords.answerEnquiry) == "yes"
        endOfTransaction = try settings.optionalByte(GenericWords.endOfTransaction)
    }
}

extension DriverSettings {
    /// `02`, `AA BB`, `none`.
    func bytes(_ setting: SettingDescription) throws(SettingsFault) -> [UInt8] {
        let value = try text(setting)
        if value == "none" { return [] }
        guard let bytes = HexText.decode(value.filter { $0 != " " }), !bytes.isEmpty else {
            throw SettingsFault(key: setting.name, "'\(setting.name)' is '\(value)': write bytes as pairs of hex digits, such as 02")
        }
        return bytes
    }

    func optionalByte(_ setting: SettingDescription) throws(SettingsFault) -> UInt8? {
        let bytes = try bytes(setting)
        guard bytes.count <= 1 else {
            throw SettingsFault(key: setting.name, "'\(setting.name)' has \(bytes.count) bytes: write one, or none")
        }
        return bytes.first
    }

    func byte(_ setting: SettingDescription) throws(SettingsFault) -> UInt8 {
        guard let byte = try optionalByte(setting) else {
            throw SettingsFault(key: setting.name, "'\(setting.name)' needs a byte in hex, such as 03")
        }
        return byte
    }
}
