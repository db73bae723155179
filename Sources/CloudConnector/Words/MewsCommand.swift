// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What Mews asks a device to do. Only the id must be there; everything else may be missing or odd, and the mapping then says so
/// to the clerk instead of losing the command.
struct MewsCommand: Sendable, Hashable {
    var id: String
    var state: CommandState
    /// By Mews' clock.
    var createdUtc: Date?
    var device: Device
    var data: CommandData

    struct Device: Sendable, Hashable {
        /// `KeyCutter`, `Printer` ... The only thing that tells the shape of the data: the data itself carries no mark.
        var type: String?
        var name: String?
        var identifier: String?
    }
}

/// The data of a command, as far as this client cares.
enum CommandData: Sendable, Hashable {
    case keyCutter(KeyCutterData)
    /// Another kind of device: some other client's business.
    case foreign
    /// A key cutter's command without readable data.
    case unreadable
}

extension MewsCommand: Decodable {
    /// Device types that are key cutters: today's, and the one for Visionline that was in use until 2018.
    static let keyCutterTypes: Set<String> = ["KeyCutter", "VisiOnlineKeyCutter"]

    private enum Key: String, CodingKey {
        case id = "Id"
        case state = "State"
        case createdUtc = "CreatedUtc"
        case device = "Device"
        case data = "Data"
    }
    private enum DeviceKey: String, CodingKey {
        case kind = "Type"
        case name = "Name"
        case identifier = "Identifier"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        id = CommandID.canonical(try values.decode(String.self, forKey: .id))
        state = values.lenient(CommandState.self, .state) ?? .unknown("")
        createdUtc = values.lenient(UTCDate.self, .createdUtc)?.date
        let device = try? values.nestedContainer(keyedBy: DeviceKey.self, forKey: .device)
        self.device = Device(
            type: device?.lenient(String.self, .kind),
            name: device?.lenient(LooseText.self, .name)?.text,
            identifier: device?.lenient(LooseText.self, .identifier)?.text)
        if let type = self.device.type, Self.keyCutterTypes.contains(type) {
            data = values.lenient(KeyCutterData.self, .data).map { .keyCutter($0) } ?? .unreadable
        } else {
            data = .foreign
        }
    }
}

/// The answer of commands/getAllActive and commands/getAllByIds.
struct CommandList: Decodable, Sendable {
    var commands: [MewsCommand]
    /// Elements without so much as an id.
    var broken: Int

    private enum Key: String, CodingKey { case commands = "Commands" }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        // Without the list it is somebody else's object.
        guard values.contains(.commands) else {
            throw DecodingError.keyNotFound(Key.commands, .init(codingPath: [], debugDescription: "no list of commands"))
        }
        let list = try values.decodeIfPresent([Lossy<MewsCommand>].self, forKey: .commands) ?? []
        commands = list.compactMap(\.value)
        broken = list.count - commands.count
    }
}
