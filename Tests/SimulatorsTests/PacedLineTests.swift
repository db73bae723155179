// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Simulators

@Suite struct PacedLineTests {
    @Test func bytes_arriveOneByOne_atTheirTime() throws {
        var line = PacedLine(baud: 9600)
        line.put([1, 2, 3], at: .seconds(1))
        #expect(line.take(by: .seconds(1)) == [])
        let first = try #require(line.nextByte)
        #expect(first == .seconds(1) + .nanoseconds(1_041_667))
        #expect(line.take(by: first - .nanoseconds(1)) == [])
        #expect(line.take(by: first) == [1])
        #expect(line.lastByte == .seconds(1) + .nanoseconds(3_125_000))
        #expect(line.take(by: .seconds(2)) == [2, 3])
        #expect(line.nextByte == nil)
        #expect(line.lastByte == nil)
    }

    @Test func secondBurst_waitsForTheFirst() {
        var line = PacedLine(baud: 1000)
        line.put([1, 2], at: .zero)
        line.put([3], at: .milliseconds(5))
        #expect(line.take(by: .milliseconds(20)) == [1, 2])
        #expect(line.take(by: .milliseconds(29)) == [])
        #expect(line.take(by: .milliseconds(30)) == [3])
        line.put([4], at: .milliseconds(100))
        #expect(line.nextByte == .milliseconds(110))
    }

    /// Whenever it is looked at, no byte is early and none is lost; at every speed.
    @Test(arguments: [300, 9600, 19200, 115_200])
    func bytes_areExact_howeverTheyAreTaken(baud: Int) throws {
        var line = PacedLine(baud: baud)
        line.put(Array(0..<200), at: .zero)
        var taken: [UInt8] = []
        while let next = line.nextByte {
            let bytes = line.take(by: next)
            #expect(bytes.count == 1)
            taken += bytes
        }
        #expect(taken == Array(0..<200))
    }

    @Test func bytes_comeAtOnce_withoutASpeed() {
        var line = PacedLine(baud: nil)
        line.put([1, 2], at: .seconds(3))
        #expect(line.nextByte == .seconds(3))
        #expect(line.take(by: .seconds(3)) == [1, 2])
    }

    @Test func line_isNew_afterClear() {
        var line = PacedLine(baud: 9600)
        line.put([1, 2], at: .zero)
        line.clear()
        #expect(line.nextByte == nil)
        #expect(line.take(by: .seconds(9)) == [])
    }
}
