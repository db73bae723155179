// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Framing
import Logging
import TestKit
import Testing

@testable import LockServer

/// Orders and answers on the connections of a hotel system. Whatever never comes ends with the suite's limit.
@Suite(.timeLimit(.minutes(6))) struct FiasConnectionTests {
    private let journal = MemoryJournal()
    private let desk: FakeDesk
    private let door = HotelDoor()
    private let connector: FiasConnector

    init() {
        desk = FakeDesk(["desk": []], journal: journal)
        connector = FiasConnector(
            configuration: FiasConfiguration(way: .listens(host: "", port: 0, from: [])), desk: desk, journal: journal, ports: door,
            zone: { .gmt }, turns: Turns(), logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private func serving(_ scene: () async throws -> Void) async rethrows {
        let work = Task { await connector.run() }
        defer {
            work.cancel()
            door.hangUp()
        }
        try await scene()
        work.cancel()
        door.hangUp()
        await work.value
    }

    private func until(_ condition: () async -> Bool) async { while await !condition() { await Task.yield() } }

    private func isKept(_ room: String) async -> Bool {
        let book = try? await connector.keys.read()
        return book?.end(of: room, reservation: nil, at: Date()) != nil
    }

    /// Nothing but KC and WS says whose an answer is, and a hotel system counts anew on a new connection.
    @Test func answer_goesBackOnItsConnection_orNowhere() async throws {
        try await serving {
            await desk.set("desk", .isSlow)
            let first = door.dialled()
            await first.start()
            first.says("KR|KCdesk|KTN|RN401|G#401|GD361231|WS1|")
            await until { await desk.slowOrders == 1 }
            first.hangsUp()
            let second = door.dialled()
            await second.start()
            await desk.set("desk", .does)
            await desk.letGo()
            await until { await isKept("401") }
            second.says("KR|KCdesk|KTN|RN402|G#402|GD361231|WS1|")
            try #require(await second.hear("KA")?["G#"] == "402")
            await until { await !desk.notes.isEmpty }
            let job = try #require(await desk.notes.keys.first)
            #expect(try await journal.job(job)?.order.reservationNumber == "401")
        }
    }

    /// A partner may also begin anew on the connection that it has.
    @Test func answer_isNotTaken_intoTheLinksNextLife() async {
        await serving {
            await desk.set("desk", .isSlow)
            let system = door.dialled()
            await system.start()
            system.says("KR|KCdesk|KTN|RN401|G#401|GD361231|WS1|")
            await until { await desk.slowOrders == 1 }
            system.says("LE|DA261128|TI120000|")
            _ = await system.hear("LE")
            await system.start()
            await desk.set("desk", .does)
            await desk.letGo()
            await until { await isKept("401") }
            system.says("KR|KCdesk|KTN|RN402|G#402|GD361231|WS1|")
            #expect(await system.hear("KA")?["G#"] == "402")
        }
    }

    @Test func answerThatArrived_isNotSaidToBeLost_becauseTheLineIsClosedBehindIt() async {
        await serving {
            let system = door.dialled()
            await system.start()
            await journal.holdFacts(true)
            system.says("KR|KCdesk|KTN|RN401|G#401|GD361231|WS1|")
            #expect(await system.hear("KA")?["AS"] == "OK")
            system.hangsUp()
            await until { await connector.status.state != .connected }
            await journal.holdFacts(false)
            await until { await isKept("401") }
        }
        #expect(await desk.notes.isEmpty)
    }

    /// A copy that is cut before its new key is ended by it.
    @Test func newKeyAndCopies_inOneGo_areOrderedAsTheyCame() async {
        await serving {
            let system = door.dialled()
            await system.start()
            for room in 101...120 {
                system.says(
                    "KR|KCdesk|KTN|RN\(room)|GD361231|WSn|", "KR|KCdesk|KTD|RN\(room)|GD361231|WSd|",
                    "KR|KCdesk|KTD|RN\(room)|GD361231|WSe|")
                for _ in 1...3 { _ = await system.hear("KA") }
            }
        }
        #expect(await desk.begun == (101...120).flatMap { ["new \($0)", "copy \($0)", "copy \($0)"] })
    }
}
