// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

/// The makers that speak this protocol; they differ in small things.
enum Product: String, Sendable, CaseIterable {
    case salto
    case onity
    case tesaST40 = "tesa-st40"

    var dateLayout: DateLayout { self == .tesaST40 ? .mixed : .minutes }
    /// Whether the encoder is asked for the card's serial number: only RFID products have one to give.
    var serialReturn: String { self == .salto ? "1" : "0" }
}

/// The settings of one encoder, read and checked.
struct IndustryStandardSettings: Sendable {
    let encoder: String
    let product: Product
    let dateLayout: DateLayout
    /// E waits until the card is taken away, R does not, T gives it out at the back.
    let removal: String
    /// `nil`: what the property's clock says.
    let operatorName: String?
    /// What the key may and may not do beside its rooms, in the lock system's own characters.
    let granted: String
    let denied: String
    let acknowledgesAnswer: Bool
    /// 0, 1 or 2 as in the message's last field.
    let serialReturn: String
    let acknowledgeWithin: Duration
    let answerWithin: Duration
    let lateAnswerWindow: Duration
    let line: LineSettings

    init(_ settings: DriverSettings) throws(SettingsFault) {
        try settings.refuseUnknown(besides: Self.all)
        guard let encoder = LineText.exact(try settings.text(Self.encoderSetting)) else {
            throw SettingsFault(
                key: Self.encoderSetting.name,
                "'encoder' must be the encoder's name in the lock system: 1 to \(LineText.longest) plain letters, digits and signs")
        }
        self.encoder = encoder
        let product = Product(rawValue: try settings.text(Self.productSetting)) ?? .salto
        self.product = product
        dateLayout = DateLayout(rawValue: try settings.text(Self.dateLayoutSetting)) ?? product.dateLayout
        removal = try settings.text(Self.removalSetting)
        let serialReturn = try settings.text(Self.serialNumberSetting)
        self.serialReturn = serialReturn == Self.byProduct ? product.serialReturn : serialReturn
        let operatorName = LineText.nearest(try settings.text(Self.operatorSetting))
        self.operatorName = operatorName.isEmpty ? nil : operatorName
        granted = try Self.rights(settings, Self.grantedSetting)
        denied = try Self.rights(settings, Self.deniedSetting)
        acknowledgesAnswer = try settings.text(Self.acknowledgeAnswerSetting) == "yes"
        acknowledgeWithin = try settings.duration(Self.ackTimeoutSetting)
        answerWithin = try settings.duration(Self.answerTimeoutSetting)
        lateAnswerWindow = try settings.duration(Self.lateAnswerWindowSetting)
        line = try Self.makersLine.changed(by: settings)
    }

    /// 9600 8N1; clients of Onity and TESA open it with RTS/CTS.
    static let makersLine = LineSettings(baud: 9600, flow: .hardware)
    static let all =
        [
            encoderSetting, productSetting, dateLayoutSetting, removalSetting, operatorSetting, grantedSetting, deniedSetting,
            serialNumberSetting, ackTimeoutSetting, answerTimeoutSetting, acknowledgeAnswerSetting, lateAnswerWindowSetting,
        ] + makersLine.settings

    /// The 62 rights of the message set, each a character.
    private static let rightsAlphabet = Set("123456789abcdefghijklmnopqrstuvwxyz!#$%&()*+,-./:;<=>?@[\\]^_{}")

    private static func rights(_ settings: DriverSettings, _ setting: SettingDescription) throws(SettingsFault) -> String {
        let text = try settings.text(setting)
        guard text.allSatisfy(rightsAlphabet.contains), Set(text).count == text.count else {
            throw SettingsFault(
                key: setting.name,
                "'\(setting.name)' takes each right once: digits 1 to 9, small letters and signs, as the lock system has them")
        }
        return text
    }

    private static let byProduct = "product"
    private static let encoderSetting = SettingDescription(
        "encoder", "name or number of the encoder in the lock system, such as 'Online Encoder 1' or 1", default: nil)
    private static let productSetting = SettingDescription(
        "product", "the lock maker's product", default: Product.salto.rawValue, choices: Product.allCases.map(\.rawValue))
    private static let dateLayoutSetting = SettingDescription(
        "dateLayout",
        "whether dates carry minutes, whole hours, or minutes at the beginning and hours at the end (mixed); product: as it is known to",
        default: byProduct, choices: [byProduct] + DateLayout.allCases.map(\.rawValue))
    private static let removalSetting = SettingDescription(
        "removal", "R answers as soon as the card is made, E when it was taken away, T gives it out at the back", default: "R",
        choices: ["E", "R", "T"])
    private static let operatorSetting = SettingDescription(
        "operator", "name that the lock system logs; empty: the bridge's name for the desk", default: "")
    private static let serialNumberSetting = SettingDescription(
        "serialNumber", "whether the encoder is asked for the card's serial number: the message's last field", default: byProduct,
        choices: [byProduct, "0", "1", "2"])
    private static let ackTimeoutSetting = SettingDescription(
        "ackTimeout", "how long the encoder may take to acknowledge", default: "3s")
    private static let answerTimeoutSetting = SettingDescription(
        "answerTimeout", "how long a card may take, with the time to put it on", default: Patience.standard.answer.settingText)
    private static let acknowledgeAnswerSetting = SettingDescription(
        "acknowledgeAnswer", "whether the answer is acknowledged: yes on a serial line; clients over TCP leave it out", default: "yes",
        choices: ["yes", "no"])
    private static let grantedSetting = SettingDescription(
        "granted", "rights that every key of this encoder has beside its rooms, such as 12", default: "")
    private static let deniedSetting = SettingDescription(
        "denied", "rights that every key of this encoder is denied", default: "")
    private static let lateAnswerWindowSetting = SettingDescription(
        "lateAnswerWindow", "how long after an unanswered order its answer may still come",
        default: Patience.standard.lateAnswer.settingText)
}
