// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Framing
import Logging
import PortIO
import Ports
import TestKit
import Testing

@testable import LockServer

/// What both facades answer: never late because of a disk, never more than was done.
@Suite(.timeLimit(.minutes(6))) struct FacadeReplyTests {
    private let journal = MemoryJournal()
    private let desk: FakeDesk
    private let turns = Turns()
    private let zone = TimeZone(identifier: "Europe/Prague") ?? .gmt

    init() {
        desk = FakeDesk(
            ["desk": [.copies], "a": [.checkOut], "b": [.checkOut], "c": [.checkOut], "guests": [.checkOut, .keyChange]], journal: journal)
    }

    private func fias(in language: Language = .english) throws -> FiasConnector {
        let zone = zone
        return FiasConnector(
            configuration: FiasConfiguration(way: .listens(host: "127.0.0.1", port: 0, from: []), language: language), desk: desk,
            journal: journal, ports: LinuxPorts(), zone: { zone }, turns: turns, logger: Logger(label: "test"))
    }

    private func standard() throws -> IndustryStandardConnector {
        let zone = zone
        return IndustryStandardConnector(
            configuration: IndustryStandardConfiguration(host: "127.0.0.1", port: 0, from: [], encoders: [:], checkOut: .accept),
            desk: desk, journal: journal, ports: LinuxPorts(), zone: { zone }, turns: turns, logger: Logger(label: "test"))
    }

    private func record(_ text: String) throws -> FiasRecord {
        var codec = FiasCodec(check: false)
        codec.receive([0x02] + Array(text.utf8) + [0x03])
        guard case .frame(.record(let record))? = codec.next() else { throw CancellationError() }
        return record
    }

    private func answer(_ text: String, _ connector: FiasConnector) async throws -> String {
        let record = try record(text)
        let reply = await connector.reply(to: record, try #require(await connector.arrival(of: record)))
        await connector.keep(reply)
        return [reply.record["AS"], reply.record["CT"]].compactMap(\.self).joined(separator: " ")
    }

    private func body(_ fields: [String]) throws -> [UInt8] { try #require(SeparatedFields(fields)).body }

    /// A card that exists must not time out at the hotel system because of a disk.
    @Test func answer_goesOut_beforeTheBookIsKept() async throws {
        await journal.holdFacts(true)
        let (fias, standard) = (try fias(), try standard())
        let record = try record("KR|KCdesk|KTN|RN101|GD361231|")
        let reply = await fias.reply(to: record, try #require(await fias.arrival(of: record)))
        #expect(reply.record["AS"] == "OK" && reply.remembers != nil)
        let other = await standard.reply(to: try body(["CN", "desk", "E", "101", "", "", "", "", "", "", "1100311236", "desk"]))
        #expect(other.fields.first == "CN" && other.remembers != nil)
        await journal.holdFacts(false)
        await fias.keep(reply)
        #expect(try await fias.keys.read().end(of: "101", reservation: nil, at: Date()) != nil)
    }

    @Test func sharersOfARoom_leaveOneAfterTheOther() async throws {
        let fias = try fias()
        _ = try await answer("KR|KCdesk|KTN|RN101|G#1|GD361231|", fias)
        _ = try await answer("KR|KCdesk|KTD|RN101|G#2|GD361231|", fias)
        #expect(try await answer("KD|KCa|RN101|G#1|", fias) == "UR Others stay there: no key was ended")
        #expect(await desk.told.isEmpty)
        #expect(try await answer("KD|KCa|RN101|G#2|", fias).hasPrefix("OK"))
        #expect(await desk.told == ["a": .checkOut(room: "101", reservation: nil)])
    }

    /// An encoder that only cuts can end nobody's key, and has no reason to refuse.
    @Test func sharer_onAnEncoderThatOnlyCuts_isToldWhenTheCardEnds() async throws {
        let fias = try fias()
        _ = try await answer("KR|KCdesk|KTN|RN101|G#1|GD361231|DT11:00|", fias)
        _ = try await answer("KR|KCdesk|KTD|RN101|G#2|GD361231|DT11:00|", fias)
        #expect(try await answer("KD|KCdesk|RN101|G#1|", fias) == "OK Card ends 31.12. 11:00")
    }

    /// The key was ended just now: it would be said to open until the end of the stay.
    @Test func keyThatTheLockSystemHasEnded_isNotSaidToOpen() async throws {
        let fias = try fias()
        #expect(try await answer("KR|KCguests|KTN|RN101|G#1|GD361231|DT11:00|", fias) == "OK")
        #expect(try await answer("KD|KCguests|RN101|G#1|", fias) == "OK")
    }

    @Test func blankBehindTheRoom_changesNothing() async throws {
        let fias = try fias()
        _ = try await answer("KR|KCdesk|KTN|RN101 |G#1|GD361231|DT11:00|", fias)
        #expect(try await answer("KD|KCdesk|RN101 |G#1|", fias) == "OK Card ends 31.12. 11:00")
    }

    @Test func clerk_isAnsweredInTheHotelsLanguage() async throws {
        let fias = try fias(in: .german)
        #expect(try await answer("KR|KCbar|KTN|RN101|GD361231|", fias) == "UR Kein Kodierer bar hier")
        #expect(try await answer("KR|KCdesk|KTN|GD361231|", fias) == "UR Zimmer (RN) fehlt")
    }

    @Test func lockSystemThatKnowsReservations_isToldWhose() async throws {
        let fias = try fias()
        #expect(try await answer("KD|KCguests|RN101|G#1|", fias).hasPrefix("OK"))
        #expect(await desk.told == ["guests": .checkOut(room: "101", reservation: "1")])
    }

    @Test func unreadableJournal_endsNobodysKey() async throws {
        await journal.fail(JournalFault("gone", .gone))
        #expect(try await answer("KD|KCa|RN101|G#1|", try fias()) == "RY The journal cannot be read, try again")
        #expect(await desk.told.isEmpty)
    }

    /// CO concerns no encoder: all lock systems hear it, whatever the first of them says.
    @Test func checkOut_reachesEveryLockSystem_alsoBehindOneThatRefuses() async throws {
        await desk.set("a", .refuses(Fault(.offline, detail: "no connection")))
        let reply = await (try standard()).reply(to: try body(["CO", "0", "101"]))
        #expect(reply.fields == ["NC", "0"])
        #expect(Set(await desk.told.keys) == ["a", "b", "c", "guests"])
    }

    /// An encoder of the lock system is in use, so that it cannot be told yet: a new guest's key that came before would be ended.
    @Test(arguments: ["the same facade", "the other one"])
    func checkOut_isNotOvertakenByTheNextGuestsKey(from facade: String) async throws {
        await desk.set("b", .refuses(Fault(.busy)))
        let (fias, standard) = (try fias(), try standard())
        let checkOut = try body(["CO", "0", "101"])
        async let left = standard.reply(to: checkOut)
        // The suite's limit ends it.
        while await desk.told["b"] == nil { await Task.yield() }
        let key = try body(["CN", "desk", "E", "101", "", "", "", "", "", "", "1100311236"])
        async let cut =
            facade == "the same facade" ? standard.reply(to: key).fields[0] : answer("KR|KCdesk|KTN|RN101|GD361231|", fias)
        await desk.set("b", .does)
        #expect(await left.fields == ["CO", "0"])
        #expect(["CN", "OK"].contains(try await cut))
        #expect(await desk.begun.last == "new 101")
    }
}
