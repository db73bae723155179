// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

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
        if busy != nil, !isAcknowledged {
            throw SettingsFault(
                key: "busyByte",
                "'busyByte' comes in place of an ACK and 'acknowledged' is no: write acknowledged: yes, or busyByte: none")
        }
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
