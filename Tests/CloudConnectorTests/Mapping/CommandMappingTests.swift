// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Testing

@testable import CloudConnector

@Suite struct CommandMappingTests {
    private let created = Date(timeIntervalSince1970: 1_774_706_101)

    private func mapping(
        keyCutters: [String: EncoderName] = ["7": "front-desk"], unknown: MewsProperty.UnknownKeyCutter = .fail,
        later: TimeInterval = 10, skew: TimeInterval = 0
    ) -> CommandMapping {
        CommandMapping(
            keyCutters: keyCutters, unknownKeyCutter: unknown, staleAfter: .seconds(300), encoders: ["front-desk", "back office"],
            now: created.addingTimeInterval(later), skew: skew)
    }

    private func command(_ change: (inout MewsCommand, inout KeyCutterData) -> Void = { _, _ in }) -> MewsCommand {
        var data = KeyCutterData(
            keyCutterID: "7", keyCount: 2, lockIDs: ["101", "Pool"], start: created.addingTimeInterval(300),
            end: created.addingTimeInterval(100_000), guestName: "Zoë Müller", reservationNumber: "52")
        var command = MewsCommand(
            id: "c1", state: .pending, createdUtc: created, device: .init(type: "KeyCutter", name: "Key cutter 1"), data: .foreign)
        change(&command, &data)
        command.data = .keyCutter(data)
        return command
    }

    private func order(_ reading: CommandReading) throws -> JobRequest {
        guard case .order(let request) = reading else {
            Issue.record("left alone: \(reading)")
            throw CancellationError()
        }
        return request
    }

    /// The technician's words and what the clerk reads about.
    private func refusal(_ command: MewsCommand, _ mapping: CommandMapping) throws -> (reason: String, cause: RefusalCause?) {
        let request = try order(mapping.read(command))
        #expect(request.order.guestName == nil && request.externalID == command.id)
        let fault = try #require(request.refusal)
        guard case .rejected(let reason) = fault.kind else { return (fault.kind.code, fault.cause) }
        return (reason, fault.cause)
    }

    @Test func command_becomesTheOrder_whenAllIsThere() throws {
        let request = try order(mapping().read(command()))
        #expect(request.encoder == "front-desk" && request.origin == .mews && request.externalID == "c1" && request.refusal == nil)
        #expect(
            request.order
                == KeyOrder(
                    lockIds: ["101", "Pool"], validFrom: created.addingTimeInterval(300), validUntil: created.addingTimeInterval(100_000),
                    copies: 2, mode: .new, guestName: "Zoë Müller", reservationNumber: "52"))
        #expect(request.createdAt == created && request.expiresAt == created.addingTimeInterval(300))
    }

    @Test(arguments: [
        (nil as String?, KeyMode.new), ("", .new), ("New", .new), ("first", .new), ("Duplicate", .copy), ("KeyCopy", .copy),
        ("ADDITIONAL", .copy), ("dup", .copy), ("OneShot", .oneShot), ("one-shot", .oneShot), ("Single use", .oneShot),
    ])
    func mode_isACopy_onlyWhenTheWordSmellsOfOne(word: String?, mode: KeyMode) {
        #expect(CommandMapping.mode(word) == mode)
    }

    @Test func encoder_isTheOneOfTheSameName_whenNothingIsMapped() throws {
        let request = try order(mapping(keyCutters: [:]).read(command { $1.keyCutterID = " back office " }))
        #expect(request.encoder == "back office" && request.refusal == nil)
    }

    @Test func encoder_isFoundByTheDevice_whenKeyCutterIdIsMissing() throws {
        let byIdentifier = command { command, data in
            data.keyCutterID = nil
            command.device.identifier = "7"
        }
        #expect(try order(mapping().read(byIdentifier)).encoder == "front-desk")
        let byName = command { command, data in
            data.keyCutterID = " "
            command.device.name = "back office"
        }
        #expect(try order(mapping().read(byName)).encoder == "back office")
    }

    @Test func unknownKeyCutter_isRefusedWithTheKeyToSet_whenSetToFail() throws {
        let refusal = try refusal(command { $1.keyCutterID = "9\n" }, mapping())
        #expect(refusal.reason.contains("\"9\"") && refusal.reason.contains("connector.mews.keyCutters") && refusal.cause == .noEncoder)
    }

    @Test func unknownKeyCutter_isLeftAlone_whenSetToIgnore() {
        // Whatever else is wrong with it: it is another bridge's.
        let other = command { command, data in
            data.keyCutterID = "9"
            data.lockIDs = []
            command.createdUtc = nil
        }
        guard case .leave = mapping(unknown: .ignore).read(other) else {
            Issue.record("acted on another bridge's command")
            return
        }
    }

    @Test func mappedEncoder_isRefused_whenItIsNotConfigured() throws {
        #expect(try refusal(command(), mapping(keyCutters: ["7": "attic"])).reason.contains("no encoder for key cutter \"7\""))
    }

    @Test(arguments: ["Printer", "PaymentTerminal", "FiscalMachine", "PassportScanner", "Toaster"])
    func otherDevices_areNotTouched(type: String) {
        let foreign = MewsCommand(id: "p", state: .pending, createdUtc: created, device: .init(type: type), data: .foreign)
        guard case .leave = mapping().read(foreign) else {
            Issue.record("touched a \(type)")
            return
        }
    }

    @Test(arguments: [CommandState.processing, .processed, .cancelled, .error, .unknown("Sleeping")])
    func command_isLeftAlone_whenItIsNotActive(state: CommandState) {
        guard case .leave = mapping().read(command { command, _ in command.state = state }) else {
            Issue.record("acted on \(state)")
            return
        }
    }

    @Test func refusal_saysWhatIsWrong_forEachBrokenField() throws {
        let table: [((inout MewsCommand, inout KeyCutterData) -> Void, String, RefusalCause?)] = [
            ({ $1.lockIDs = [] }, "names no lock", .noRoom),
            ({ $1.lockIDs = ["101", " "] }, "lock ids is empty", .noRoom),
            ({ $1.lockIDs = Array(repeating: "1", count: 1000) }, "more than 64 locks", .tooManyDoors),
            ({ $1.lockIDs = [String(repeating: "1", count: 1000)] }, "endless name", .tooManyDoors),
            ({ $1.keyCount = nil }, "how many keys", .wrongCount),
            ({ $1.keyCount = 0 }, "asks for 0 keys", .wrongCount),
            ({ $1.keyCount = -2 }, "asks for -2 keys", .wrongCount),
            ({ $1.keyCount = .max }, "at most 50", .wrongCount),
            ({ $1.end = $1.start }, "end before it begins", .wrongDates),
            ({ $1.end = Date(timeIntervalSince1970: 0) }, "the stay is over", .stayIsOver),
            ({ $1.start = nil }, "start of the stay", .wrongDates),
            ({ $1.end = nil }, "end of the stay", .wrongDates),
            ({ command, _ in command.createdUtc = nil }, "when it was ordered", nil),
            ({ $1.dataJSON = #"{ "Type": "X" "Y": 1 }"# }, "expected , or } at column 15: correct the Data JSON", nil),
            ({ $1.dataJSON = #"{"MobileKeys":"true"}"# }, "EncoderKeys", nil),
        ]
        for (change, words, cause) in table {
            let refusal = try refusal(command(change), mapping())
            #expect(refusal.reason.contains(words) && refusal.cause == cause, "\(refusal)")
        }
    }

    /// The clerk knows an order by its room, refused or not.
    @Test func refusedOrder_keepsItsRooms_inWhatTheClerkReads() throws {
        for change in [{ (command: inout MewsCommand, data: inout KeyCutterData) in data.keyCount = nil }, { $1.keyCutterID = "9" }] {
            let request = try order(mapping().read(command(change)))
            #expect(request.order.lockIds == ["101", "Pool"])
            #expect(request.refusal?.worded(.english, rooms: request.order.lockIds).advice.contains("room 101, Pool") == true)
        }
    }

    @Test func refusal_isMade_whenTheDataCannotBeRead() throws {
        var broken = command()
        broken.data = .unreadable
        broken.device.identifier = "7"
        let request = try order(mapping().read(broken))
        #expect(request.encoder == "front-desk" && request.refusal?.advice.contains("readable data") == true)
        broken.device.identifier = "9"
        broken.device.name = nil
        guard case .leave = mapping(unknown: .ignore).read(broken) else {
            Issue.record("acted on what may be another bridge's")
            return
        }
    }

    @Test(arguments: [
        // (seconds since it was made by our clock, how far Mews' clock is ahead, refused)
        (0.0, 0.0, false), (299, 0, false), (300, 0, false), (301, 0, true), (86_400, 0, true),
        // Mews is 10 minutes ahead: made "in the future", in truth 10 minutes later than it says here.
        (-590, 600, false), (-299, 600, true),
        // Mews is 10 minutes behind: it looks old and is fresh.
        (610, -600, false), (901, -600, true),
        (-10_000, 0, false),
    ])
    func command_isExpired_whenItIsOlderThanAllowedByMewsOwnClock(later: Double, skew: Double, refused: Bool) throws {
        let request = try order(mapping(later: later, skew: skew).read(command()))
        #expect((request.refusal?.kind == .expired) == refused)
        // Never beyond our own now plus the allowed age, whatever the clocks say.
        if let expires = request.expiresAt { #expect(expires <= created.addingTimeInterval(later + 300)) }
    }
}
