// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Synchronization
import Testing

@testable import LocalEndpoint

/// Who gets a place, and who gives it up.
@Suite struct PlaceTests {
    private final class Client: Sendable {
        let isClosed = Mutex(false)
        var id: ObjectIdentifier { ObjectIdentifier(self) }
    }

    @Test func slowestConnection_givesUpItsPlace_whenFewAreLeft() {
        let places = ConnectionPlaces(limit: 8)
        let start = ContinuousClock.now
        let clients = (0..<8).map { _ in Client() }
        for (index, client) in clients.enumerated() {
            places.enter(client.id, at: start + .seconds(index)) { client.isClosed.withLock { $0 = true } }
            // The first one has asked and is being answered: it keeps its place.
            if index == 0 { places.asked(client.id) }
        }
        #expect(clients.map { $0.isClosed.withLock { $0 } } == [false, true, false, false, false, false, false, false])
        #expect(places.count == 7)
    }

    @Test func firstStream_givesWay_whenAllSeatsAreOldAndTaken() throws {
        let answers = OpenAnswers(limit: 2, patience: .seconds(30))
        let ended = Mutex(0)
        let start = ContinuousClock.now
        let first = try answers.enter(at: start) { ended.withLock { $0 += 1 } }
        let second = try answers.enter(at: start + .seconds(20)) {}
        #expect(throws: OpenAnswers.Refusal.self) { try answers.enter(at: start + .seconds(29)) {} }
        let third = try answers.enter(at: start + .seconds(31)) {}
        #expect(ended.withLock { $0 } == 1 && answers.count == 2)
        withExtendedLifetime((first, second, third)) {}
    }

    @Test(arguments: [(64, 16, 8), (1024, 256, 64), (20, 4, 2)])
    func capacity_leavesDescriptorsForTheBridge(descriptors: Int, connections: Int, streams: Int) {
        let capacity = Capacity(descriptors: descriptors)
        #expect(capacity.connections == connections && capacity.eventStreams == streams)
    }

    @Test(
        arguments: [
            (#"{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}"#, nil), (#"{"copies":1,"copies":2}"#, "copies"),
            (#"{"copies":1,"cop\u0069es":2}"#, "copies"), (#"{"a":"x\",\"a\":1"}"#, nil), (#"{"cardImage":{"key":"a","key":"b"}}"#, "key"),
            (#"["a","a"]"#, nil), (#"{"a":["b","b"],"c":"a"}"#, nil), ("{\"a\":", nil), ("", nil),
        ] as [(String, String?)])
    func member_isFound_whenItsObjectHasItTwice(text: String, name: String?) {
        #expect(JSONMembers.twice(in: Data(text.utf8)) == name)
    }

    @Test func handOrder_isOnTheHotelsClock() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Prague"))
        let hand = try HandOrder.read(
            Data(#"{"encoder":"desk","room":"101, Pool","from":"2026-07-01T14:00","until":"2026-07-02T11:00"}"#.utf8))
        let order = try hand.order(in: zone, .english)
        #expect(order.lockIds == ["101", "Pool"] && order.copies == 1)
        #expect(order.validUntil == (try Date("2026-07-02T09:00:00Z", strategy: .iso8601)))
        for wrong in ["2026-02-30T11:00", "26-07-02T11:00", "tomorrow", "2026-07-02", ""] {
            var hand = hand
            hand.until = wrong
            let problem = #expect(throws: Problem.self) { try hand.order(in: zone, Words(.german)) }
            // The clerk reads it on the page, in the hotel's language.
            #expect(problem?.detail.contains("Daten für Zimmer 101, Pool") == true, "\(problem?.detail ?? "")")
        }
    }

    @Test func tokensFile_closesTheEndpoint_whenItIsEmpty() throws {
        #expect(try EndpointToken.parse("\u{FEFF}# nothing yet\n").isEmpty)
        #expect(throws: EndpointFault.self) { try EndpointToken.parse("desk write \"abcdefghijklmnopqrstuvwxyz\"") }
    }
}

@Suite struct DescriptorGateTests {
    @Test func gate_closesAtTheLimitOfNow_andOpensAgain() {
        let descriptors = Mutex(64)
        var gate = DescriptorGate { Capacity(descriptors: descriptors.withLock { $0 }) }
        for _ in 1...16 {
            #expect(gate.isAcceptingNewConnections())
            gate.connectionOpened()
        }
        #expect(!gate.isAcceptingNewConnections(), "16 beside the 48 that the bridge needs itself")
        gate.connectionClosed()
        #expect(gate.isAcceptingNewConnections())
        descriptors.withLock { $0 = 60 }
        #expect(!gate.isAcceptingNewConnections(), "the limit was lowered while it runs")
    }
}
