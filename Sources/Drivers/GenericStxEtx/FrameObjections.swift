// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// What in the settings of a frame contradicts itself. Each is said in words, because such a line would fail only at the first key.
struct FrameObjections {
    private let parameters: StxEtxParameters
    private let settings: DriverSettings
    private let separator: UInt8?
    /// The bytes at the beginning of each of our messages.
    private let address: [UInt8]
    /// What the checks of either side cover, by the setting that says so.
    private let scopes: [(setting: String, scope: StxEtxCheck.Scope)]

    init(_ parameters: StxEtxParameters, _ settings: DriverSettings, separator: UInt8?) throws(SettingsFault) {
        self.parameters = parameters
        self.settings = settings
        self.separator = separator
        address = try settings.bytes(GenericWords.address)
        scopes = [
            ("checkScope", StxEtxCheck.Scope(words: try settings.text(GenericWords.checkScope))),
            ("answerCheckScope", StxEtxCheck.Scope(words: try settings.text(GenericWords.answerCheckScope))),
        ]
    }

    /// Throws the first of them.
    func raise() throws(SettingsFault) {
        let found = [ending, stuffing, check, length, bareAnswers, doubleMeaning].compactMap(\.self).first
        if let found { throw found }
    }

    private var counted: (length: StxEtxLength, end: UInt8?)? {
        if case .counted(let length, let end) = parameters.ending { (length, end) } else { nil }
    }

    private var pair: (lead: UInt8, end: UInt8)? {
        if case .pair(let lead, let end) = parameters.ending { (lead, end) } else { nil }
    }

    private func objection(_ key: String, _ words: String) -> SettingsFault { SettingsFault(key: key, words) }

    private var ending: SettingsFault? {
        if parameters.leadIn.count > 4 { return objection("leadIn", "'leadIn' has \(parameters.leadIn.count) bytes: four are the most") }
        guard let pair else { return nil }
        let lead = HexText.encode([pair.lead])
        if pair.lead == pair.end { return objection("end", "'end' is the same byte twice, which is what that byte in a text looks like") }
        guard parameters.stuffing == StxEtxStuffing(pair.lead, pair.lead) else {
            return objection("stuffing", "'end' is a pair, so its first byte must be doubled in the text: write stuffing: \(lead) \(lead)")
        }
        if parameters.start.count == 2, parameters.start[0] == pair.lead { return nil }
        return objection("start", "'end' is a pair, so 'start' must be one with the same first byte, such as \(lead) 02")
    }

    private var stuffing: SettingsFault? {
        guard let stuffing = parameters.stuffing, pair == nil else { return nil }
        guard parameters.start.count == 2, parameters.start[0] == stuffing.byte else {
            return objection(
                "stuffing",
                "'stuffing' protects nothing: its first byte must be that of an 'end' of two bytes, or of a 'start' of two bytes")
        }
        if stuffing.follower == parameters.start[1] || stuffing.follower == stuffing.byte {
            return objection("stuffing", "'stuffing' puts a byte behind that would look like a start: use another one, such as 00")
        }
        return nil
    }

    private var check: SettingsFault? {
        let check = parameters.check
        let place = settings.values["checkPlace"] ?? ""
        if place == "before-end", counted == nil, !check.isText, check != .none {
            return objection(
                "checkPlace",
                "'checkPlace' is before-end and 'check' is of raw bytes, which could look like the end: use xor-hex or sum-hex there")
        }
        if place == "before-end", let counted, counted.end == nil {
            return objection("checkPlace", "'checkPlace' is before-end and 'end' is none: leave 'checkPlace' out")
        }
        for (setting, scope) in scopes where check.width > 0 {
            if scope.contains(.length), counted == nil {
                return objection(setting, "'\(setting)' covers a length and the frame has none: say 'lengthAt', or leave length out")
            }
            if scope.contains(.end), let counted, counted.end == nil {
                return objection(setting, "'\(setting)' covers the end byte and 'end' is none: write body, start, length or start+length")
            }
        }
        if parameters.skipMark != nil, counted != nil, check.width > 1 {
            return objection(
                "skipMark", "'skipMark' is one byte and the check of a counted message has \(check.width): write skipMark: none")
        }
        return nil
    }

    private var length: SettingsFault? {
        guard let counted else {
            let orphan = ["lengthWidth", "lengthOrder", "lengthCounts"].first { settings.values[$0] != nil }
            return orphan.map { objection($0, "'\($0)' describes a length and there is none: say 'lengthAt'") } ?? addressObjection
        }
        if address.count < counted.length.offset {
            return objection(
                "address",
                "'lengthAt' is \(counted.length.offset) and 'address' has \(address.count) bytes: write what stands between start and length"
            )
        }
        return nil
    }

    /// In a message whose end is a byte not every byte may stand.
    private var addressObjection: SettingsFault? {
        guard pair == nil, let bad = address.first(where: { $0 < 0x20 || parameters.start.contains($0) || $0 == separator }) else {
            return nil
        }
        return objection("address", "'address' has the byte \(HexText.encode([bad])), which cannot stand in a message of this form")
    }

    private var bareAnswers: SettingsFault? {
        guard settings.values["unframedAnswers"] == "yes" else { return nil }
        let isBehind = settings.values["separatorPlace"] == "behind"
        guard let separator, isBehind, (0x20...0x7E).contains(separator), counted == nil, pair == nil else {
            return objection(
                "unframedAnswers",
                "'unframedAnswers' needs a printable 'separator' with separatorPlace: behind, by which such an answer is known, and one "
                    + "byte as 'end'")
        }
        return nil
    }

    private var doubleMeaning: SettingsFault? {
        var controls = parameters.controls
        var marks = parameters.start
        if let lead = parameters.controlLead {
            if controls.contains(lead) { return twice("controlLead", lead) }
            if let pair, pair.lead != lead {
                return objection("controlLead", "'controlLead' and the first byte of 'end' differ: such lines have one byte for both")
            }
        }
        switch parameters.ending {
        case .byte(let end): controls.insert(end)
        case .pair(_, let end):
            controls.insert(end)
            if parameters.controlLead != nil { marks.removeFirst() }
        case .counted: break
        }
        if pair == nil, counted == nil {
            if let separator, controls.contains(separator) || marks.contains(separator) { return twice("separator", separator) }
        }
        if let mark = marks.first(where: { controls.contains($0) }) { return twice("start", mark) }
        let taken = controls.union(marks).union([separator, parameters.controlLead].compactMap(\.self))
        if let byte = parameters.ignorable.sorted().first(where: { taken.contains($0) }) { return twice("ignore", byte) }
        if let byte = parameters.leadIn.first(where: { taken.contains($0) }) { return twice("leadIn", byte) }
        return nil
    }

    private func twice(_ key: String, _ byte: UInt8) -> SettingsFault {
        objection(
            key, "the byte \(HexText.encode([byte])) has two meanings: start, end, separator, controls and ignored bytes must differ")
    }
}
