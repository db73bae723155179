// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation
import Testing

@testable import LockDrivers

/// Payloads as the real converters of zigbee-herdsman-converters 26.99.0 take and make them.
@Suite struct Zigbee2MqttDriverTests {
    private func driver(_ topic: String = "zigbee2mqtt/Floor 1/Room 101") throws -> Zigbee2MqttDriver {
        try Zigbee2MqttDriver(LockSettings(topic: topic, slots: 10...29))
    }
    private let window = Window(start: Date(timeIntervalSince1970: 0), end: Date(timeIntervalSince1970: 60))
    private let topic = "zigbee2mqtt/Floor 1/Room 101"

    private func read(_ payload: String, on name: String = "zigbee2mqtt/Floor 1/Room 101") throws -> [LockReport] {
        var driver = try driver()
        return driver.read(MQTTMessage(name, payload))
    }

    @Test func set_sendsTheCodeAsText() throws {
        let messages = try driver().messages(for: .set(slot: 12, code: "0123", window: window))
        #expect(
            messages == [
                MQTTMessage(
                    topic + "/set", #"{"pin_code":{"pin_code":"0123","user":12,"user_enabled":true,"user_type":"unrestricted"}}"#)
            ])
    }

    @Test func clearAndAsk_nameTheSlotOnly() throws {
        #expect(try driver().messages(for: .clear(slot: 12)) == [MQTTMessage(topic + "/set", #"{"pin_code":{"user":12}}"#)])
        #expect(try driver().messages(for: .ask(slot: 12)) == [MQTTMessage(topic + "/get", #"{"pin_code":{"user":12}}"#)])
    }

    @Test(arguments: [
        (#"{"status":"enabled"}"#, SlotContent.enabled(code: nil)), (#"{"status":"enabled","pin_code":"0123"}"#, .enabled(code: "0123")),
        (#"{"status":"enabled","pin_code":1234}"#, .enabled(code: nil)), (#"{"status":"enabled","pin_code":{}}"#, .enabled(code: nil)),
        (#"{"status":"available"}"#, .available), (#"{"status":"available","pin_code":""}"#, .available),
        (#"{"status":"disabled"}"#, .disabled), (#"{"status":"not_supported_255"}"#, .unknown("not_supported_255")),
    ])
    func user_isReadAsASlot(_ user: String, _ content: SlotContent) throws {
        #expect(try read(#"{"users":{"12":\#(user)},"battery":71}"#) == [.heard, .slot(12, content), .battery(71)])
    }

    @Test func action_tellsWhoDidIt() throws {
        func action(_ rest: String) throws -> [LockReport] { try Array(read(#"{"action":\#(rest)}"#).dropFirst()) }
        #expect(
            try action(#""pin_code_added","action_user":5,"action_source":1,"action_source_name":"rf""#) == [.saved(slot: 5, byHand: false)]
        )
        #expect(
            try action(#""pin_code_added","action_user":5,"action_source":0,"action_source_name":"keypad""#) == [
                .saved(slot: 5, byHand: true)
            ])
        #expect(try action(#""pin_code_deleted","action_user":5,"action_source_name":"rf""#) == [.cleared(slot: 5, byHand: false)])
        #expect(
            try action(#""unlock","action_user":5,"action_source":0,"action_source_name":"keypad""#)
                == [.used(LockUse(kind: .unlocked, slot: 5, source: "keypad"))])
        #expect(
            try action(#""unlock_failure_invalid_pin_or_id","action_source_name":"keypad""#)
                == [.used(LockUse(kind: .refused, slot: nil, source: "keypad"))])
        #expect(try action(#""keypad_lock""#) == [.used(LockUse(kind: .locked, slot: nil, source: nil))])
    }

    @Test func lastSave_isASign_whenItChanges() throws {
        var driver = try driver()
        func read(_ payload: String) -> [LockReport] { driver.read(MQTTMessage(topic, payload)) }
        #expect(read(#"{"last_successful_pincode_save":1}"#) == [.heard], "the first value may be an old one")
        #expect(read(#"{"last_successful_pincode_save":1}"#) == [.heard])
        #expect(read(#"{"last_successful_pincode_save":2}"#) == [.heard, .saved(slot: nil, byHand: false)])
        #expect(
            read(#"{"last_successful_pincode_save":2,"last_successful_pincode_clear":3}"#) == [.heard, .cleared(slot: nil, byHand: false)])
    }

    @Test func availability_needsGatewayAndLock() throws {
        var driver = try driver()
        func read(_ name: String, _ payload: String) -> [LockReport] { driver.read(MQTTMessage(name, payload)) }
        #expect(read("zigbee2mqtt/bridge/state", #"{"state":"online"}"#) == [.reachable(true)])
        #expect(read(topic + "/availability", #"{"state":"offline"}"#) == [.reachable(false)])
        #expect(read("zigbee2mqtt/bridge/state", "online") == [.reachable(false)])
        #expect(read(topic + "/availability", #"{"state":"online"}"#) == [.reachable(true)])
        #expect(read("zigbee2mqtt/bridge/state", #"{"state":"offline"}"#) == [.reachable(false)])
    }

    @Test func failure_isReadFromTheLogWithoutWhatWasSent() throws {
        let line =
            #"{"level":"error","message":"Publish 'set' 'pin_code' to 'Floor 1/Room 101' failed: 'timed out {\"pin_code\":\"4711\"}'","namespace":"z2m"}"#
        guard case .refused(let text)? = try read(line, on: "zigbee2mqtt/bridge/logging").first else {
            Issue.record("the failure was not heard")
            return
        }
        #expect(text.contains("timed out") && !text.contains("4711"))
        #expect(try read(line.replacing("Floor 1/", with: ""), on: "zigbee2mqtt/bridge/logging") == [])
    }

    @Test func slotOutOfRange_isTold() throws {
        let line =
            #"{"level":"error","message":"Publish 'get' 'pin_code' to 'Floor 1/Room 101' failed: 'user must be in range for device'"}"#
        guard case .noSuchSlot? = try read(line, on: "zigbee2mqtt/bridge/logging").first else {
            Issue.record("the failure was not heard")
            return
        }
    }

    @Test func retainedState_isNoProofAndNoEvent() throws {
        var driver = try driver()
        let payload = #"{"users":{"12":{"status":"available"}},"action":"pin_code_deleted","action_user":12,"action_source":1}"#
        #expect(driver.read(MQTTMessage(topic, payload, isRetained: true)) == [.heard, .slot(12, .available, .retained)])
    }

    @Test func devices_tellHowManySlotsThereAre() throws {
        let devices =
            #"[{"friendly_name":"Floor 1/Room 101","definition":{"exposes":[{"type":"composite","property":"pin_code","features":[{"name":"user","value_min":0,"value_max":249}]}]}}]"#
        #expect(try read(devices, on: "zigbee2mqtt/bridge/devices") == [.slotCount(250)])
    }

    @Test(arguments: ["", "{", "[]", "null", "4", #"{"users":[]}"#, #"{"users":{"x":{}}}"#, #"{"action":4}"#])
    func nonsense_tellsNothing(_ payload: String) throws {
        #expect(try read(payload).allSatisfy { $0 == .heard })
    }

    @Test(arguments: ["zigbee2mqtt", "/x", "zigbee2mqtt/", "zigbee2mqtt/#"])
    func topic_isRefused_whenItNamesNoLock(_ topic: String) {
        #expect(throws: LockSettingsFault.self) { try Zigbee2MqttDriver(LockSettings(topic: topic, slots: 1...2)) }
    }
}
