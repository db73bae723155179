// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import Ports

/// Every setting of the driver. The defaults are those of a plain STX/ETX/LRC line; a profile gives its own.
enum GenericWords {
    static let readingPrefix = "reading."
    static let line = LineSettings(baud: 9600)
    static var profileNames: String { Profile.all.map(\.name).joined(separator: ", ") }

    static let all =
        [
            profile, leadIn, start, end, lengthAt, lengthWidth, lengthOrder, lengthCounts, address, stuffing, longest, separator,
            separatorPlace, check, checkScope, answerCheckScope, checkPlace, checkOrder, skipMark, ignore, unframedAnswers, controlLead,
            enquiry, enquiryTries, pause, acknowledged, messageTries, ackTimeout, acknowledgeAnswer, busyByte, answerEnquiry,
            endOfTransaction, answerTimeout, lateAnswerWindow, encoder, site, firstField, moreRooms, operatorName, result, errorText,
            encoderEcho, serial,
        ] + GenericSettings.Message.allCases.map(template) + line.settings

    static let profile = SettingDescription(
        "profile", "a known family whose settings are taken; every other setting changes one of them", default: "none",
        choices: ["none"] + Profile.all.map(\.name))

    // The frame.
    static let leadIn = SettingDescription(
        "leadIn", "bytes sent before each start that count for nothing, such as FF, in hex, or none", default: "none")
    static let start = SettingDescription("start", "one or two bytes before a message, in hex", default: "02")
    static let end = SettingDescription(
        "end", "behind a message, in hex: a byte; a pair such as 10 03 (DLE ETX); none where a length says it all", default: "03")
    static let lengthAt = SettingDescription(
        "lengthAt", "how many bytes behind the start a length stands, 0 to 8, or none", default: "none",
        choices: ["none"] + (0...8).map(String.init))
    static let lengthWidth = SettingDescription("lengthWidth", "bytes of the length", default: "2", choices: ["1", "2"])
    static let lengthOrder = SettingDescription(
        "lengthOrder", "which byte of the length comes first", default: "high-first", choices: orders)
    static let lengthCounts = SettingDescription(
        "lengthCounts", "what the length counts: the text behind it, with end or check, or the frame from its start", default: "text",
        choices: StxEtxLength.Counted.allCases.map(\.rawValue))
    static let address = SettingDescription(
        "address", "bytes at the beginning of each of our messages, those before a length among them, in hex, or none", default: "none")
    static let stuffing = SettingDescription(
        "stuffing", "a byte of the text and what is put behind it: 10 10 (DLE doubled), AA 00, or none", default: "none")
    static let longest = SettingDescription("longest", "the most bytes that a message may have between start and end", default: "1024")
    static let separator = SettingDescription("separator", "the byte among the fields of a message, in hex, or none", default: "none")
    static let separatorPlace = SettingDescription(
        "separatorPlace", "where separators stand: around and between the fields, between them, or behind each", default: "around",
        choices: ["around", "between", "behind"])
    static let check = SettingDescription(
        "check", "how the check of a frame is computed", default: "xor",
        choices: ["none", "xor", "xor-hex", "sum-hex", "twos-complement"] + cyclicChecks.map(\.name))
    static let cyclicChecks: [(name: String, kind: CRC16)] = [
        ("crc16-xmodem", .xmodem), ("crc16-ccitt-false", .ccittFalse), ("crc16-aug-ccitt", .augCcitt), ("crc16-kermit", .kermit),
        ("crc16-x25", .x25), ("crc16-arc", .arc), ("crc16-modbus", .modbus),
    ]
    private static let orders = ["high-first", "low-first"]
    private static let scopes = ["body", "start", "length", "end", "start+length", "start+end", "length+end", "start+length+end"]
    static let checkScope = SettingDescription(
        "checkScope", "what the check covers beside the body", default: "end", choices: scopes)
    static let answerCheckScope = SettingDescription(
        "answerCheckScope",
        "the same for the encoder's messages; either: as ours, or with the start where ours leaves it out or "
            + "the other way, whichever the encoder is heard to use", default: "same", choices: ["same", "either"] + scopes)
    static let checkPlace = SettingDescription(
        "checkPlace", "on which side of the end byte the check stands", default: "behind-end", choices: ["behind-end", "before-end"])
    static let checkOrder = SettingDescription(
        "checkOrder", "which byte of a crc16 comes first", default: "high-first", choices: orders)
    static let skipMark = SettingDescription(
        "skipMark", "a byte that may stand in place of the check, in hex, or none; with check none the bridge sends it", default: "none")
    static let ignore = SettingDescription("ignore", "bytes without meaning, such as 11 (XON), in hex, or none", default: "none")
    static let unframedAnswers = choice(
        "unframedAnswers", "answers may come bare: fields with the separator behind each, then the end of the line or silence",
        default: "no")

    // The dialogue.
    static let controlLead = SettingDescription(
        "controlLead", "the byte before each ENQ, ACK, NAK and other single byte, such as 10 (DLE), in hex, or none", default: "none")
    static let enquiry = choice("enquiry", "an ENQ must be acknowledged before each message", default: "yes")
    static let enquiryTries = SettingDescription("enquiryTries", "how often ENQ is sent until it is acknowledged", default: "3")
    static let pause = SettingDescription("pause", "rest before an ENQ or a message is sent again", default: "200ms")
    static let acknowledged = choice("acknowledged", "the encoder acknowledges a message before it works on it", default: "yes")
    static let messageTries = SettingDescription("messageTries", "how often a message is sent that the encoder refused", default: "3")
    static let ackTimeout = SettingDescription("ackTimeout", "how long the encoder may take to acknowledge", default: "3s")
    static let acknowledgeAnswer = choice("acknowledgeAnswer", "the bridge acknowledges the answer", default: "yes")
    static let busyByte = SettingDescription(
        "busyByte", "what the encoder says in place of ACK while it is busy, in hex, or none", default: "none")
    static let answerEnquiry = choice("answerEnquiry", "the encoder enquires before it answers", default: "no")
    static let endOfTransaction = SettingDescription(
        "endOfTransaction", "what the bridge says once its message was acknowledged, in hex, or none", default: "none")
    static let answerTimeout = SettingDescription(
        "answerTimeout", "how long a card may take, with the time to put it on", default: Patience.standard.answer.settingText)
    static let lateAnswerWindow = SettingDescription(
        "lateAnswerWindow", "how long after an unanswered order its answer may still come",
        default: Patience.standard.lateAnswer.settingText)

    // What messages say.
    static let encoder = SettingDescription("encoder", "name or number of the encoder in the lock system", default: "1")
    static let site = SettingDescription("site", "what the family wants to know of the hotel: its code, a user group", default: "")
    static let firstField = SettingDescription(
        "firstField",
        "what stands before the first field of every message, such as the number of the PMS' computer; empty: nothing. Fields of "
            + "answers are counted behind it, and answers may leave it out", default: "")
    static let moreRooms = SettingDescription(
        "moreRooms",
        "what becomes of rooms that a message has no place for, such as common areas behind the guest's own: leave-out cuts the "
            + "key and says so, refuse does not cut it", default: "leave-out", choices: ["leave-out", "refuse"])
    static let operatorName = SettingDescription(
        "operator", "name that the lock system logs; empty: the bridge's name for the desk", default: "")

    // What answers say.
    static let result = SettingDescription(
        "result", "where the code of an answer stands: field 2, columns 11-12, tag RC; result.CODE says what it means", default: "none")
    static let errorText = SettingDescription("errorText", "where the answer's own words stand", default: "none")
    static let encoderEcho = SettingDescription("encoderEcho", "where the answer repeats the encoder", default: "none")
    static let serial = SettingDescription("serial", "where the card's serial number stands", default: "none")

    static func template(_ message: GenericSettings.Message) -> SettingDescription {
        let meaning =
            switch message {
            case .new: "the message for new keys, such as {encoder} | CI | {room} | {until:yyyyMMddHHmm}"
            case .copy: "the message for one more key; empty: there is none"
            case .read: "the message to read a card; empty: there is none"
            case .checkOut: "the message that the guests of {room} have left; empty: there is none"
            case .identify: "a message that changes nothing and is always answered, where there is no ENQ; empty: there is none"
            }
        return SettingDescription(message.rawValue, meaning, default: "")
    }

    private static func choice(_ name: String, _ meaning: String, default value: String) -> SettingDescription {
        SettingDescription(name, meaning, default: value, choices: ["yes", "no"])
    }
}
