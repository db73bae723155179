// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Simulators

@Suite struct ScriptedEncoderTests {
    private let script = DeviceScript([
        [.hears([5]), .says([6], after: .milliseconds(10))],
        [.hears([5]), .says([6], after: .zero), .hears([1, 2, 3]), .says([6], after: .zero), .says([9], after: .seconds(1)), .leaves],
    ])

    @Test func encoder_saysWhatFollowed_inItsTime() {
        var encoder = ScriptedEncoder(script)
        #expect(encoder.receive([5], at: .zero) == [])
        #expect(encoder.nextDeadline == .milliseconds(10))
        #expect(encoder.advance(to: .milliseconds(10)) == [.send([6])])
        #expect(encoder.receive([5], at: .seconds(1)) == [.send([6])], "the next dialogue that begins alike")
        #expect(encoder.receive([1, 2], at: .seconds(1)) == [])
        #expect(encoder.receive([3], at: .seconds(1)) == [.send([6])])
        #expect(encoder.advance(to: .seconds(2)) == [.send([9]), .unplug(for: .seconds(1))])
        #expect(encoder.nextDeadline == nil)
    }

    @Test func encoder_beginsAnew_whenTheHostDoes() {
        var encoder = ScriptedEncoder(script)
        _ = encoder.receive([5], at: .zero)
        _ = encoder.receive([5], at: .seconds(1))
        #expect(encoder.receive([5], at: .seconds(2)) == [], "in the middle of the second dialogue the host asks again: the first one")
        #expect(encoder.advance(to: .seconds(3)) == [.send([6])])
    }

    @Test func encoder_refuses_whatIsInNoDialogue() {
        var encoder = ScriptedEncoder(script)
        #expect(encoder.receive([7, 5], at: .zero) == [.report(.refused)])
        var empty = ScriptedEncoder(DeviceScript([]))
        #expect(empty.receive([5], at: .zero) == [.report(.refused)])
        empty.loseLine()
        #expect(empty.nextDeadline == nil)
    }
}
