// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Sandbox

/// Rows: from; columns: to, in the order of `allCases`.
private let legal: [(DeviceCommandState, [Bool])] = [
    (.pending, [false, true, true, true, true, true]),
    (.received, [false, false, true, true, true, true]),
    (.processing, [false, false, true, true, true, true]),
    (.processed, [false, false, false, false, false, false]),
    (.cancelled, [false, false, false, false, false, false]),
    (.error, [false, false, false, false, false, false]),
]

@Test(arguments: legal)
func transition_isLegal_onlyForwards(from: DeviceCommandState, row: [Bool]) {
    for (next, expected) in zip(DeviceCommandState.allCases, row) {
        #expect(from.mayBecome(next) == expected, "\(from) -> \(next)")
    }
}

@Test(arguments: legal)
func update_refusesWhatIsNotLegal_overTheApi(from: DeviceCommandState, row: [Bool]) throws {
    for (next, expected) in zip(DeviceCommandState.allCases, row) {
        var bench = Bench()
        let id = try bench.cut()
        if from != .pending {
            _ = try bench.ask(.updateCommand, ["CommandId": .string(id), "State": .string(from.rawValue)]).get()
        }
        let answer = bench.ask(.updateCommand, ["CommandId": .string(id), "State": .string(next.rawValue)])
        if expected {
            #expect(answer == .success([:]))
            #expect(bench.property.command(id)?.state == next)
        } else {
            #expect(answer.refusal?.status == (from.isFinal ? 403 : 400), "\(from) -> \(next)")
            #expect(bench.property.command(id)?.state == from)
        }
    }
}

@Test func update_keepsWholeHistory_andNotesWhatDoesNotCount() throws {
    var bench = Bench()
    let id = try bench.cut()
    let steps: [[String: JSONValue]] = [
        ["State": "Received", "Notes": "too early"],
        ["State": "Processing", "Progress": .number(0.5)],
        ["State": "Processing", "Progress": .integer(1), "Notes": nil],
        ["State": "Processed", "Notes": "2 keys", "Progress": .integer(1)],
    ]
    for step in steps {
        bench.moment += 1
        _ = try bench.ask(.updateCommand, step.merging(["CommandId": .string(id)]) { own, _ in own }).get()
    }
    let command = try #require(bench.property.command(id))
    #expect(command.history.map(\.state) == [.pending, .received, .processing, .processing, .processed])
    #expect(command.history.map(\.progress) == [nil, nil, 0.5, 1, nil])
    #expect(command.history.map(\.notes) == [nil, nil, nil, nil, "2 keys"])
    #expect(command.history.map(\.ignored) == [[], ["Notes"], [], [], ["Progress"]])
    #expect(command.history.map(\.at) == (0...4).map { Bench.noon + Double($0) })
    #expect(command.history.last?.author == .client("Test 1.0"))
}
