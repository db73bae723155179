// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Testing

@testable import BridgeCore

@Suite struct WaitingLineTests {
    private func entry(
        _ number: Int, _ asker: String = "mews", stay: String? = nil, room: String? = nil, at seconds: Double = 0, life: Duration? = nil
    ) -> WaitingLine.Entry {
        let arrived = Duration.milliseconds(Int64(seconds * 1000))
        return WaitingLine.Entry(
            id: JobID("\(number)"), ticket: UInt64(number), asker: asker, reservation: stay, room: room,
            arrived: arrived, deadline: life.map { arrived + $0 })
    }

    private func order(_ line: WaitingLine) -> [String] {
        var line = line
        var ids: [String] = []
        while let entry = line.takeNext() { ids.append(entry.id.text) }
        return ids
    }

    private func line(_ entries: [WaitingLine.Entry]) -> WaitingLine {
        var line = WaitingLine()
        for entry in entries { line.add(entry) }
        return line
    }

    @Test func orders_areTakenAsTheyCame_whenThereIsNoBatch() {
        #expect(order(line((1...4).map { entry($0) } + [entry(5, "local")])) == ["1", "2", "3", "4", "5"])
        // Many orders one after the other, none of them in one go with the next.
        #expect(order(line((1...12).map { entry($0, at: Double($0) * 3) })) == (1...12).map(String.init))
    }

    @Test func singleKey_isThirdAtMost_behindABatchOfThirty() {
        for single in [entry(31, "local"), entry(31, "mews", at: 10)] {
            #expect(order(line((1...30).map { entry($0) } + [single])).prefix(3) == ["1", "2", "31"])
        }
        let stays = (1...30).map { entry($0, stay: "group") } + [entry(31, stay: "couple")]
        #expect(order(line(stays)).prefix(3) == ["1", "2", "31"])
    }

    /// The key that is cut last is the one that opens: an older one behind it would shut the guest out.
    @Test func keysForOneStayOrRoom_neverOvertakeEachOther_whateverBatchTheyAreOf() {
        let burst = (1...6).map { entry($0, stay: "\($0)", room: "10\($0)") }
        #expect(order(line(burst + [entry(7, stay: "6", room: "201", at: 10)])) == (1...7).map(String.init))
        #expect(order(line(burst + [entry(7, "local", room: "106", at: 10)])) == (1...7).map(String.init))
        // One that replaces none of those that wait still is third, and the one behind it may not pass its own.
        #expect(
            order(line(burst + [entry(7, stay: "6", at: 10), entry(8, stay: "9", room: "109", at: 20)]))
                == ["1", "2", "8", "3", "4", "5", "6", "7"])
    }

    @Test func batches_keepTheirOwnOrder_andTakeTurns() {
        let both = (1...6).map { entry($0, "a") } + (7...12).map { entry($0, "b") }
        let taken = order(line(both))
        #expect(taken.prefix(4) == ["1", "2", "7", "3"])
        for asker in [1...6, 7...12] {
            let own = taken.compactMap { Int($0) }.filter { asker.contains($0) }
            #expect(own == own.sorted())
        }
        #expect(Set(taken).count == 12)
    }

    @Test func orders_haveTheOrderOfTheirTickets_howeverTheyAreAdded() {
        for seed in 0..<50 {
            var generator = SystemRandomNumberGenerator()
            let shuffled = (1...4).map { entry($0) }.shuffled(using: &generator)
            #expect(order(line(shuffled)) == ["1", "2", "3", "4"], "\(seed)")
        }
    }

    @Test func orderThatIsPutBack_isNextAgain() {
        var line = line((1...3).map { entry($0) })
        let first = line.takeNext()
        if let first { line.putBack(first) }
        #expect(order(line) == ["1", "2", "3"])
    }

    @Test func overdueOrders_areTakenOut_andNoOthers() {
        var line = line([entry(1, life: .seconds(5)), entry(2), entry(3, life: .seconds(9))])
        #expect(line.nextDeadline == .seconds(5))
        #expect(line.removeOverdue(at: .seconds(5)) == ["1"])
        #expect(line.removeOverdue(at: .seconds(5)) == [])
        #expect(line.nextDeadline == .seconds(9))
        #expect(order(line) == ["2", "3"])
    }
}
