// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import CloudConnector

@Suite struct CommandDecodingTests {
    static func list(_ text: String) throws -> CommandList { try JSONDecoder().decode(CommandList.self, from: Data(text.utf8)) }

    static func keyCutter(_ command: MewsCommand?) -> KeyCutterData? {
        guard case .keyCutter(let data)? = command?.data else { return nil }
        return data
    }

    static let today = """
        {"Commands":[{"Id":"c1","State":"Pending","CreatedUtc":"2026-03-28T13:55:01.5Z","Creator":{"FirstName":null,"LastName":"Clerk"},
        "Device":{"Id":"d1","Type":"KeyCutter","Name":"Key cutter 1","Identifier":null},
        "Data":{"__type":"KeyCutterCommandData","KeyCutterId":"7","ApiUrl":"http://127.0.0.1:10003","KeyCutterData":"{ \\"Type\\": \\"X\\" }",
        "KeyCount":2,"LockIds":["101","Pool"],"StartUtc":"2026-03-28T14:00:00Z","EndUtc":"2026-03-30T10:00:00Z",
        "FirstName":"Zoë","LastName":"Müller","NormalizedFirstName":"Zoe","Telephone":"+420","Email":null,"ReservationNumber":"52",
        "UserName":"u","Password":"p","KeyMode":"Duplicate","ExternalRequestIdentifier":"x9","SomethingNew":{"a":[1]}}}],"Cursor":"c1"}
        """

    @Test func command_isReadWhole_whenInTodaysShapeWithHiddenAndUnknownFields() throws {
        let command = try #require(try Self.list(Self.today).commands.first)
        #expect(command.id == "c1" && command.state == .pending && command.device.name == "Key cutter 1")
        #expect(command.createdUtc == Date(timeIntervalSince1970: 1_774_706_101.5))
        let data = try #require(Self.keyCutter(command))
        #expect(data.keyCutterID == "7" && data.keyCount == 2 && data.lockIDs == ["101", "Pool"])
        #expect(data.start == UTCText.parse("2026-03-28T14:00:00Z") && data.end == UTCText.parse("2026-03-30T10:00:00Z"))
        #expect(data.guestName == "Zoë Müller" && data.reservationNumber == "52")
        #expect(data.userName == "u" && data.password == "p" && data.keyMode == "Duplicate" && data.externalRequestIdentifier == "x9")
        #expect(data.dataJSON == "{ \"Type\": \"X\" }")
    }

    @Test func command_isRead_whenInTheVisionlineShapeOf2015() throws {
        let text = """
            {"Commands":[{"Id":"c1","State":"Pending","CreatedUtc":"2015-09-02T19:25:44Z","Device":{"Id":"d","Name":"Encoder",
            "Type":"VisiOnlineKeyCutter"},"Data":{"ApiUrl":"https://127.0.0.1:10003/api/v1/","UserName":"u","Password":"p",
            "KeyCutterId":"Front desk","LockIds":["101"],"ValidityStartUtc":"2015-09-02T13:00:00Z","ValidityEndUtc":"2015-09-04T11:00:00Z",
            "KeyCount":1,"Reservation":{"Number":"123","Customer":{"FirstName":"John","LastName":"Smith"}}}}]}
            """
        let data = try #require(Self.keyCutter(try Self.list(text).commands.first))
        #expect(data.keyCutterID == "Front desk" && data.keyCount == 1 && data.userName == "u")
        #expect(data.start == UTCText.parse("2015-09-02T13:00:00Z") && data.end == UTCText.parse("2015-09-04T11:00:00Z"))
        #expect(data.guestName == "John Smith" && data.reservationNumber == "123")
    }

    @Test func shape_isChosenByDeviceTypeAlone() throws {
        let text =
            #"{"Commands":[{"Id":"c1","State":"Pending","Device":{"Type":"PassportScanner"},"Data":{"KeyCutterId":"7","KeyCount":1}}]}"#
        #expect(try Self.list(text).commands.first?.data == .foreign)
    }

    @Test func goodCommands_areKept_whenOthersInTheListAreBroken() throws {
        let text = """
            {"Commands":[{"State":"Pending"},7,null,{"Id":12},{"Id":"a","State":"Sleeping","Device":{"Type":"Toaster"}},
            {"Id":"b","State":"Received","Device":{"Type":"KeyCutter"},"Data":"oops"},
            {"Id":"c","State":3,"CreatedUtc":"yesterday","Device":{"Type":"KeyCutter"},"Data":{"KeyCount":"2","LockIds":[101,"x"],"StartUtc":5}}]}
            """
        let list = try Self.list(text)
        #expect(list.broken == 4)
        #expect(list.commands.map(\.id) == ["a", "b", "c"])
        #expect(list.commands[0].state == .unknown("Sleeping") && list.commands[0].data == .foreign)
        #expect(list.commands[1].data == .unreadable)
        let data = try #require(Self.keyCutter(list.commands[2]))
        #expect(list.commands[2].createdUtc == nil && data.keyCount == 2 && data.lockIDs == ["101", "x"] && data.start == nil)
    }

    @Test(arguments: [#"{"Commands":null}"#, #"{"Commands":[]}"#])
    func list_isEmpty_whenThereIsNothing(text: String) throws {
        #expect(try Self.list(text).commands.isEmpty)
    }

    @Test func decoding_neverCrashes_whenTheAnswerIsCutOrFlippedAnywhere() throws {
        let bytes = Array(Self.today.utf8)
        for end in stride(from: 0, to: bytes.count, by: 3) { _ = try? Self.list(String(decoding: bytes[..<end], as: UTF8.self)) }
        for index in stride(from: 0, to: bytes.count, by: 2) {
            var flipped = bytes
            flipped[index] ^= 0x15
            _ = try? JSONDecoder().decode(CommandList.self, from: Data(flipped))
        }
    }

    @Test(arguments: [CommandState.pending, .received, .processing, .processed, .cancelled, .error])
    func state_isWrittenAsItIsRead(state: CommandState) { #expect(CommandState(word: state.word) == state) }

    @Test func state_isTaken_withOneOrTwoL() { #expect(CommandState(word: "Canceled") == .cancelled) }
}

@Suite struct SocketMessageTests {
    private func hints(_ text: String) throws -> [CommandHint] { try JSONDecoder().decode(SocketMessage.self, from: Data(text.utf8)).hints }

    @Test func hints_areTheCommandsAlone_whenTypesAreMixedAndSomeUnknown() throws {
        let text = """
            {"Events":[{"Type":"DeviceCommand","Id":"a","State":"Pending"},{"Type":"Reservation","Id":"r","State":"Processed"},
            {"Type":"Comet","Id":"x","Tail":true},{"Type":"DeviceCommand"},"odd",{"Type":"DeviceCommand","Id":"b"},
            {"Type":"DeviceCommand","Id":""},{"Type":"DeviceCommand","Id":"c","State":"Dreaming"}],"More":1}
            """
        #expect(
            try hints(text) == [
                CommandHint(id: "a", state: .pending), CommandHint(id: "b", state: nil), CommandHint(id: "c", state: .unknown("Dreaming")),
            ])
    }

    @Test func hints_areNone_whenThereAreNoEventsOrIdsAreEndless() throws {
        #expect(try hints("{}").isEmpty)
        #expect(try hints(#"{"Events":[{"Type":"DeviceCommand","Id":"\#(String(repeating: "x", count: 500))"}]}"#).isEmpty)
    }
}
