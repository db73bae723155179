// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import Ports

/// The settings of one encoder, read and checked: those of its profile, with what the site changes.
struct GenericSettings: Sendable {
    /// What the bridge asks for.
    enum Message: String, Sendable, CaseIterable {
        case new, copy, read, checkOut, identify
    }

    let profile: Profile?
    let layout: MessageLayout
    let flow: StxEtxFlow
    let line: LineSettings
    let answerWithin: Duration
    let lateAnswerWindow: Duration
    let encoder: String
    let site: String
    /// `nil`: what the property's clock says.
    let operatorName: String?
    let messages: [Message: MessageTemplate]
    let result: AnswerRule?
    let codes: ResultCodes
    let errorText: AnswerRule?
    let encoderEcho: AnswerRule?
    let serial: AnswerRule?
    /// What a read card says, by the word for it.
    let readings: [String: AnswerRule]
    /// Words for the values of a reading: `state` `1` is `cancelled`.
    let readingWords: [String: [String: String]]
    /// Rooms that a message has no place for are left out, with a remark; else the order is refused.
    let leavesRoomsOut: Bool

    init(_ site: DriverSettings) throws(SettingsFault) {
        let name = try site.text(GenericWords.profile)
        profile = Profile.all.first { $0.name == name }
        var settings = site
        settings.values = (profile?.values ?? [:]).merging(site.values) { $1 }
        try Self.refuseUnknown(settings)

        let hasSeparator = try settings.text(GenericWords.separator) != "none"
        let separator = hasSeparator ? try settings.byte(GenericWords.separator) : nil
        let parameters = try StxEtxParameters(settings, separator: separator)
        let place = SeparatedFields.Place(rawValue: try settings.text(GenericWords.separatorPlace)) ?? .around
        layout = MessageLayout(
            address: try settings.bytes(GenericWords.address), separator: separator, place: place, parameters: parameters,
            firstField: try Self.firstField(settings, separator: separator))
        flow = try StxEtxFlow(settings, parameters)
        line = try GenericWords.line.changed(by: settings)
        answerWithin = try settings.duration(GenericWords.answerTimeout)
        lateAnswerWindow = try settings.duration(GenericWords.lateAnswerWindow)
        encoder = try Self.plain(settings, GenericWords.encoder)
        self.site = try Self.plain(settings, GenericWords.site)
        let operatorName = try settings.text(GenericWords.operatorName)
        self.operatorName = operatorName.isEmpty ? nil : operatorName
        messages = try Self.messages(settings, hasSeparator: hasSeparator)
        func rule(_ setting: SettingDescription) throws(SettingsFault) -> AnswerRule? {
            try AnswerRule.read(try settings.text(setting), setting: setting.name)
        }
        result = try rule(GenericWords.result)
        codes = try ResultCodes(settings)
        guard result != nil, !codes.isEmpty else {
            throw SettingsFault(
                key: "result", "'result' or its codes are missing: say where the code stands (field 2) and what it means (result.OK: ok)")
        }
        errorText = try rule(GenericWords.errorText)
        encoderEcho = try rule(GenericWords.encoderEcho)
        serial = try rule(GenericWords.serial)
        (readings, readingWords) = try Self.readings(settings)
        leavesRoomsOut = try settings.text(GenericWords.moreRooms) == "leave-out"
    }

    private static func refuseUnknown(_ settings: DriverSettings) throws(SettingsFault) {
        var named = settings
        named.values = settings.values.filter { key, _ in
            !ResultCodes.holds(key) && !Profile.describes(key) && !key.hasPrefix(GenericWords.readingPrefix)
        }
        try named.refuseUnknown(besides: GenericWords.all)
    }

    private static func plain(_ settings: DriverSettings, _ setting: SettingDescription) throws(SettingsFault) -> String {
        let text = try settings.text(setting)
        guard text.isEmpty || LineText.exact(text) != nil else {
            throw SettingsFault(
                key: setting.name, "'\(setting.name)' must have at most \(LineText.longest) plain letters, digits and signs")
        }
        return text
    }

    private static func firstField(_ settings: DriverSettings, separator: UInt8?) throws(SettingsFault) -> String? {
        let text = try plain(settings, GenericWords.firstField)
        guard !text.isEmpty else { return nil }
        guard let separator, !text.utf8.contains(separator) else {
            throw SettingsFault(
                key: GenericWords.firstField.name, "'firstField' needs a 'separator' to stand before, which it must not contain itself")
        }
        return text
    }

    private static func messages(_ settings: DriverSettings, hasSeparator: Bool) throws(SettingsFault) -> [Message: MessageTemplate] {
        var messages: [Message: MessageTemplate] = [:]
        for message in Message.allCases {
            let text = try settings.text(GenericWords.template(message))
            guard !text.isEmpty else { continue }
            let template = try MessageTemplate(text, setting: message.rawValue)
            guard hasSeparator || template.parts.count == 1 else {
                throw SettingsFault(
                    key: message.rawValue, "'\(message.rawValue)' has several fields and there is no 'separator' to put between them")
            }
            if message == .new || message == .copy, template.rooms == 0 || !template.tellsTheEnd {
                throw SettingsFault(
                    key: message.rawValue,
                    "'\(message.rawValue)' must say for which lock and until when: {room}, and {until:...} with year, month, day and hour")
            }
            messages[message] = template
        }
        guard messages[.new] != nil else {
            throw SettingsFault(
                key: "new", "'new' is missing: write the message for a new key, or name a profile: \(GenericWords.profileNames)")
        }
        return messages
    }

    /// `reading.state: field 2` says where it stands, `reading.state.1: cancelled` what a value of it means.
    private static func readings(
        _ settings: DriverSettings
    ) throws(SettingsFault) -> (rules: [String: AnswerRule], words: [String: [String: String]]) {
        var readings: [String: AnswerRule] = [:]
        var words: [String: [String: String]] = [:]
        for (key, value) in settings.values.sorted(by: { $0.key < $1.key }) where key.hasPrefix(GenericWords.readingPrefix) {
            let name = key.dropFirst(GenericWords.readingPrefix.count)
            if let dot = name.firstIndex(of: ".") {
                words[String(name[..<dot]), default: [:]][String(name[name.index(after: dot)...])] = value
            } else {
                readings[String(name)] = try AnswerRule.read(value, setting: key)
            }
        }
        if let orphan = words.keys.sorted().first(where: { readings[$0] == nil }) {
            throw SettingsFault(
                key: "reading.\(orphan)", "'reading.\(orphan)' has words for values and no place: write reading.\(orphan): field 2")
        }
        return (readings, words)
    }
}
