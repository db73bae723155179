// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Sandbox

struct Wrong: Sendable, CustomTestStringConvertible {
    var operation: ConnectorOperation
    var fields: [String: JSONValue]
    /// What the message begins with.
    var says: String

    var testDescription: String { "\(operation.rawValue) \(says)" }
}

private let pending = "PENDING"
private let someId: JSONValue = [.string(Bench.unknown)]

/// `PENDING` stands for the id of a command that was just made.
private let wrong: [Wrong] = [
    Wrong(operation: .configuration, fields: ["Extra": 1], says: "Invalid Extra"),
    Wrong(operation: .configuration, fields: ["EnterpriseId": "hotel"], says: "Invalid EnterpriseId"),
    Wrong(operation: .configuration, fields: ["LanguageCode": "en-GB"], says: "Invalid CultureCode"),
    Wrong(operation: .configuration, fields: ["CultureCode": "en-GB"], says: "Invalid LanguageCode"),
    Wrong(operation: .configuration, fields: ["Client": ""], says: "Invalid Client"),
    Wrong(operation: .configuration, fields: ["Client": 7], says: "Invalid Client"),
    Wrong(operation: .configuration, fields: ["ClientToken": nil], says: "Invalid ClientToken"),
    Wrong(operation: .activeCommands, fields: ["Limitation": ["Count": 10]], says: "Invalid Limitation"),
    Wrong(operation: .commandsByIds, fields: [:], says: "Invalid CommandIds"),
    Wrong(operation: .commandsByIds, fields: ["CommandIds": []], says: "Invalid CommandIds"),
    Wrong(operation: .commandsByIds, fields: ["CommandIds": ["x"]], says: "Invalid CommandIds"),
    Wrong(operation: .commandsByIds, fields: ["CommandIds": [1]], says: "Invalid CommandIds"),
    Wrong(
        operation: .commandsByIds, fields: ["CommandIds": .array(Array(repeating: .string(Bench.unknown), count: 1001))],
        says: "Invalid CommandIds"),
    Wrong(operation: .commandsByIds, fields: ["CommandIds": someId, "Limitation": ["Count": 0]], says: "Invalid Limitation.Count"),
    Wrong(operation: .commandsByIds, fields: ["CommandIds": someId, "Limitation": ["Count": 1001]], says: "Invalid Limitation.Count"),
    Wrong(
        operation: .commandsByIds, fields: ["CommandIds": someId, "Limitation": ["Count": 1, "Skip": 1]],
        says: "Invalid Limitation.Skip"),
    Wrong(
        operation: .commandsByIds,
        fields: ["CommandIds": someId, "Limitation": ["Count": 1, "Cursor": .string(Bench.unknown)]],
        says: "Invalid Limitation.Cursor"),
    Wrong(operation: .updateCommand, fields: ["CommandId": .string(Bench.unknown), "State": "Received"], says: "Invalid CommandId"),
    Wrong(operation: .updateCommand, fields: ["CommandId": .string(pending), "State": "Done"], says: "Invalid State"),
    Wrong(operation: .updateCommand, fields: ["CommandId": .string(pending), "State": "received"], says: "Invalid State"),
    Wrong(operation: .updateCommand, fields: ["CommandId": .string(pending)], says: "Invalid State"),
    Wrong(
        operation: .updateCommand, fields: ["CommandId": .string(pending), "State": "Processing", "Progress": "half"],
        says: "Invalid Progress"),
    Wrong(
        operation: .updateCommand, fields: ["CommandId": .string(pending), "State": "Processing", "Progress": .number(100.5)],
        says: "Invalid Progress"),
    Wrong(
        operation: .updateCommand, fields: ["CommandId": .string(pending), "State": "Processed", "Notes": ["a"]], says: "Invalid Notes"),
    Wrong(
        operation: .updateCommand, fields: ["CommandId": .string(pending), "State": "Processed", "Result": [:]], says: "Invalid Result"),
    Wrong(
        operation: .updateCommand,
        fields: ["CommandId": .string(pending), "State": "Processed", "ExternalRequestIdentifier": ["Value": "1"]],
        says: "Invalid ExternalRequestIdentifier"),
    Wrong(
        operation: .addKeyCutter, fields: ["KeyCutterId": "1", "ReservationId": .string(Bench.stayId(1)), "KeyCount": 1],
        says: "Invalid KeyCutterId: a UUID"),
    Wrong(
        operation: .addKeyCutter,
        fields: ["KeyCutterId": .string(Bench.unknown), "ReservationId": .string(Bench.stayId(1)), "KeyCount": 1],
        says: "Invalid KeyCutterId: there is no"),
    Wrong(
        operation: .addKeyCutter,
        fields: ["KeyCutterId": .string(Bench.frontDesk), "ReservationId": .string(Bench.unknown), "KeyCount": 1],
        says: "Invalid ReservationId"),
    Wrong(
        operation: .addKeyCutter,
        fields: ["KeyCutterId": .string(Bench.frontDesk), "ReservationId": .string(Bench.stayId(1)), "KeyCount": "1"],
        says: "Invalid KeyCount"),
    Wrong(
        operation: .addKeyCutter,
        fields: ["KeyCutterId": .string(Bench.frontDesk), "ReservationId": .string(Bench.stayId(1)), "KeyCount": .number(1.5)],
        says: "Invalid KeyCount"),
    Wrong(
        operation: .addKeyCutter,
        fields: ["KeyCutterId": .string(Bench.frontDesk), "ReservationId": .string(Bench.stayId(1)), "KeyCount": 0],
        says: "Invalid KeyCount"),
    Wrong(
        operation: .addKeyCutter,
        fields: ["KeyCutterId": .string(Bench.frontDesk), "ReservationId": .string(Bench.stayId(1)), "KeyCount": 99_999_999_999],
        says: "Invalid KeyCount"),
    Wrong(operation: .reservations, fields: ["StartUtc": "2026-11-21T12:00:00Z"], says: "Invalid EndUtc"),
    Wrong(
        operation: .reservations, fields: ["StartUtc": "2026-11-21T12:00:00+01:00", "EndUtc": "2026-11-22T12:00:00Z"],
        says: "Invalid StartUtc"),
    Wrong(
        operation: .reservations, fields: ["StartUtc": "2026-11-22T12:00:00Z", "EndUtc": "2026-11-21T12:00:00Z"], says: "Invalid EndUtc"),
    Wrong(operation: .balance, fields: ["CustomerId": .string(Bench.unknown)], says: "Invalid CustomerId"),
    Wrong(operation: .devices, fields: ["Limitation": nil], says: "Invalid Limitation"),
]

@Test(arguments: wrong)
func request_isRefused_whenFieldIsWrong(_ wrong: Wrong) throws {
    var bench = Bench()
    let id = try bench.cut()
    let before = bench.property.commands
    let fields = wrong.fields.mapValues { $0 == .string(pending) ? .string(id) : $0 }
    let refusal = try #require(bench.ask(wrong.operation, fields).refusal)
    #expect(refusal.status == 400)
    #expect(refusal.message.hasPrefix(wrong.says), "\(refusal.message)")
    #expect(bench.property.commands == before)
}

@Test(arguments: [
    "", "{", "[]", "\"text\"", "{\"A\":1,}", "{'A':1}", "{\"A\":1} x", "// c\n{}", "{\"A\":NaN}", "{\"A\":01}",
    "{\"A\":1,\"A\":2}", "{\"A\":.5}", "{\"A\":1e999}", "{\"A\":\"\\x\"}", "{\"A\":\"\\ud800\"}", "{\"A\":\"\n\"}",
    "{\"A\":[1,]}", "{\"A\"",
    "{\"A\":tru", String(repeating: "[", count: 5000),
])
func body_isRefused_whenNotStrictJson(_ text: String) {
    #expect(throws: ApiRefusal.notJson) { try RequestFields(body: Data(text.utf8)) }
}

@Test func json_isRead_andWrittenBack() throws {
    let text = #" {"a":[1,-2.5,1e3,true,false,null],"b":{"c":"\u00eb\ud83d\ude00\n\/\"\\"},"d":"張"} "#
    let value = try #require(JSONValue(parsing: Data(text.utf8)))
    let expected: JSONValue = [
        "a": [1, .number(-2.5), .number(1000), true, false, nil], "b": ["c": "ë😀\n/\"\\"], "d": "張",
    ]
    #expect(value == expected)
    #expect(JSONValue(parsing: value.encoded)?["b"] == value["b"])
}

@Test func body_isRefused_whenNotUtf8() {
    #expect(throws: ApiRefusal.notJson) { try RequestFields(body: Data([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D])) }
}

@Test func key_isRefused_whenStayIsNotCheckedIn() throws {
    var bench = Bench()
    let answer = bench.ask(
        .addKeyCutter, ["KeyCutterId": .string(Bench.frontDesk), "ReservationId": .string(Bench.stayId(6)), "KeyCount": 1])
    #expect(answer.refusal?.status == 403)
    #expect(bench.property.commands.isEmpty)
}
