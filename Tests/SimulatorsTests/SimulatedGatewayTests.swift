// SPDX-License-Identifier: Apache-2.0
import Access
import Testing

@testable import Simulators

/// Each manner of a lock tells what it should, and what a gateway remembers is not mended by a sign.
@Suite struct SimulatedGatewayTests {
    private func play(_ manner: SimulatedGateway.Manner, _ orders: (verb: String, slot: Int, code: String?)...) -> [String] {
        var gateway = SimulatedGateway(locks: ["A"], manner: manner)
        return orders.flatMap { order in
            let code = order.code.map { #","pin_code":"\#($0)""# } ?? ""
            return gateway.receive(MQTTMessage("zigbee2mqtt/A/\(order.verb)", #"{"pin_code":{"user":\#(order.slot)\#(code)}}"#))
                .map(\.message.payload)
        }
    }

    @Test func asked_tellsOnlyWhenAsked() {
        let told = play(.asked, ("set", 5, "0123"), ("get", 5, nil))
        #expect(told.count == 1 && told[0].contains(#""5":{"status":"enabled"}"#))
    }

    @Test func signs_standBesideAStaleMemory() {
        let told = play(.signs, ("get", 5, nil), ("set", 5, "0123"), ("set", 5, nil))
        #expect(told.count == 3)
        #expect(told[1].contains(#""5":{"status":"available"}"#) && told[1].contains(#""action":"pin_code_added","action_user":5"#))
        #expect(told[2].contains(#""action":"pin_code_deleted","action_user":5,"action_source":1"#))
    }

    @Test func stamps_tellNoSlot() {
        let told = play(.stamps, ("get", 5, nil), ("set", 5, "0123"), ("set", 5, nil))
        #expect(told.allSatisfy { $0.contains(#""users":{}"#) })
        #expect(told[1].contains("last_successful_pincode_save") && told[2].contains("last_successful_pincode_clear"))
    }

    @Test func brokenCode_isAnObject() {
        #expect(play(.brokenCode, ("set", 5, "0123"), ("get", 5, nil)).last?.contains(#"{"status":"enabled","pin_code":{}}"#) == true)
    }

    @Test func keypadCode_isSwitchedOff_whereTheLockDoesSo() {
        #expect(play(.disabled, ("keypad", 5, "4711")).last?.contains(#""5":{"status":"disabled"}"#) == true)
    }
}
