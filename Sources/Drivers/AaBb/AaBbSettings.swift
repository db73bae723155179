// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

/// The makers of the family; they differ in what their readers start with.
enum AaBbModel: String, Sendable, CaseIterable {
    case sl500
    case yhy
    case er30x

    var speed: Int { self == .sl500 ? 19200 : 115_200 }
    /// The number that reaches a reader whatever its own is. SL500 programs use 0000; for YHY only FFFF works with every type.
    var node: UInt16 { self == .sl500 ? 0x0000 : 0xFFFF }

    var title: String {
        switch self {
        case .sl500: "SL500"
        case .yhy: "YHY"
        case .er30x: "ER30x"
        }
    }
}

/// The settings of one reader as its site wrote them.
struct AaBbSettings: Sendable {
    static let line = LineSettings(baud: AaBbModel.sl500.speed, settle: .milliseconds(50))
    private static let byModel = "model"
    private static let model = SettingDescription(
        "model", "the reader's kind: what it starts with", default: AaBbModel.sl500.rawValue, choices: AaBbModel.allCases.map(\.rawValue))
    private static let node = SettingDescription(
        "node", "number of the reader, four hex digits, where several share a line; model: the one that reaches any", default: byModel)
    private static let baud = SettingDescription(
        "baud", "speed that the reader starts with", default: byModel, choices: [byModel] + AaBbCode.speeds.keys.sorted().map(String.init))
    private static let speed = SettingDescription(
        "speed", "speed that the reader is switched to; start: none. Leave it alone behind TCP", default: "start",
        choices: ["start"] + AaBbCode.speeds.keys.sorted().map(String.init))
    private static let signals = SettingDescription(
        "signals", "show a person with light and beeper what to do", default: "yes", choices: ["yes", "no"])
    private static let answerTimeout = SettingDescription("answerTimeout", "how long the reader may take for an answer", default: "1s")
    static let all = [model, node, baud, speed, signals, answerTimeout] + ContactlessSettings.all

    let model: AaBbModel
    let node: UInt16
    let line: LineSettings
    /// `nil`: the reader stays at the speed it starts with.
    let speed: Int?
    let signals: Bool
    let answerWithin: Duration
    let cards: ContactlessSettings

    init(_ settings: DriverSettings) throws(SettingsFault) {
        try settings.refuseUnknown(besides: Self.all)
        let model = AaBbModel(rawValue: try settings.text(Self.model)) ?? .sl500
        self.model = model
        let node = try settings.text(Self.node)
        if node == Self.byModel {
            self.node = model.node
        } else {
            guard let bytes = HexText.decode(node), bytes.count == 2 else {
                throw SettingsFault(key: Self.node.name, "'node' is '\(node)': write four hex digits such as 0001, or model")
            }
            self.node = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        }
        var line = Self.line
        line.baud = Int(try settings.text(Self.baud)) ?? model.speed
        self.line = line
        speed = Int(try settings.text(Self.speed))
        signals = try settings.text(Self.signals) == "yes"
        answerWithin = try settings.duration(Self.answerTimeout)
        cards = try ContactlessSettings(settings)
    }

    /// Where to look for a reader that does not answer at the line's speed: another program may have changed it.
    var otherSpeeds: [Int] {
        var speeds = [speed].compactMap(\.self)
        for likely in [19200, 115_200, 9600] where !speeds.contains(likely) { speeds.append(likely) }
        return speeds.filter { $0 != line.baud }
    }
}
