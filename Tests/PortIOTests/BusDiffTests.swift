// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Ports
import Testing

@testable import PortIO

@Suite struct BusDiffTests {
    private static func port(_ number: Int, plug: Int = 1) -> DetectedPort {
        DetectedPort(incarnation: .init("/sys/tty\(number) \(plug)"), kind: .tty, address: "/dev/tty\(number)")
    }

    @Test func replug_isLeftThenArrived() {
        let (old, new) = (Self.port(0, plug: 1), Self.port(0, plug: 2))
        #expect(BusDiff.events(from: [old], to: [new]) == [.left(old), .arrived(new)])
    }

    @Test func changedAssignment_isLeftThenArrived() {
        let old = Self.port(0)
        var new = old
        new.assignedDriver = "industry-standard"
        #expect(BusDiff.events(from: [old], to: [new]) == [.left(old), .arrived(new)])
    }

    @Test func events_leadFromTheOldListToTheNew_whateverTheyAre() {
        var random = SystemRandomNumberGenerator()
        let universe = (0..<6).flatMap { number in (1...3).map { Self.port(number, plug: $0) } }
        for _ in 0..<500 {
            let old = universe.filter { _ in Bool.random(using: &random) }.shuffled()
            let new = universe.filter { _ in Bool.random(using: &random) }.shuffled()
            var held = Set(old)
            var arrivals = false
            for event in BusDiff.events(from: old, to: new) {
                switch event {
                case .left(let port):
                    #expect(!arrivals, "left after an arrival")
                    #expect(held.remove(port) != nil, "left twice or never there")
                case .arrived(let port):
                    arrivals = true
                    #expect(held.insert(port).inserted, "arrived twice")
                case .listed: Issue.record("a difference has no .listed")
                }
            }
            #expect(held == Set(new))
            #expect(BusDiff.events(from: new, to: new.shuffled()).isEmpty)
        }
    }
}
