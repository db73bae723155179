// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation
import Testing

@testable import LockDrivers

@Suite struct NukiHubDriverTests {
    private func driver() throws -> NukiHubDriver {
        let zone = try #require(TimeZone(identifier: "Europe/Prague"))
        return try NukiHubDriver(LockSettings(topic: "nuki/lock", slots: 1...3, timeZone: zone))
    }
    private func window() throws -> Window {
        let format = ISO8601DateFormatter()
        return Window(
            start: try #require(format.date(from: "2026-11-27T14:00:00Z")), end: try #require(format.date(from: "2026-11-30T10:00:00Z")))
    }

    @Test func set_addsWithTheWindowInLocalTime() throws {
        var driver = try driver()
        let message = try #require(driver.messages(for: .set(slot: 2, code: "589472", window: try window())).first)
        #expect(message.topic == "nuki/lock/keypad/actionJson")
        #expect(
            message.payload
                == #"{"action":"add","allowedFrom":"2026-11-27 15:00:00","allowedUntil":"2026-11-30 11:00:00","code":"589472","name":"EB 2","timeLimited":"1"}"#
        )
        #expect(driver.read(MQTTMessage("nuki/lock/configuration/commandResultJson", #"{"result":"working"}"#)) == [])
        #expect(
            driver.read(MQTTMessage("nuki/lock/configuration/commandResultJson", #"{"result":"success"}"#))
                == [.heard, .saved(slot: 2, byHand: false)])
    }

    @Test func list_findsOurCodesByName() throws {
        var driver = try driver()
        let list = #"[{"codeId":77,"name":"EB 2","enabled":1},{"codeId":5,"name":"Cleaner","enabled":1}]"#
        #expect(
            driver.read(MQTTMessage("nuki/lock/keypad/json", list))
                == [.heard, .slot(1, .available), .slot(2, .enabled(code: nil)), .slot(3, .available)])
        #expect(driver.messages(for: .clear(slot: 2)).map(\.payload) == [#"{"action":"delete","codeId":"77"}"#])
        let update = try #require(driver.messages(for: .reschedule(slot: 2, window: try window())).first)
        #expect(update.payload.contains(#""action":"update""#) && update.payload.contains(#""codeId":"77""#))
        #expect(driver.messages(for: .clear(slot: 1)) == [], "nobody else's code is deleted for want of an id")
    }

    @Test func refusal_saysWhatToDo() throws {
        var driver = try driver()
        _ = driver.messages(for: .set(slot: 2, code: "589472", window: try window()))
        guard case .refused(let text)? = driver.read(
            MQTTMessage("nuki/lock/configuration/commandResultJson", #"{"result":"noValidPinSet"}"#)
        ).first else {
            Issue.record("the refusal was not heard")
            return
        }
        #expect(text.contains("enter it"))
    }

    @Test func result_isIgnored_whenItIsRetainedOrNobodyAsked() throws {
        var driver = try driver()
        #expect(driver.read(MQTTMessage("nuki/lock/configuration/commandResultJson", "success")) == [])
        _ = driver.messages(for: .set(slot: 2, code: "589472", window: try window()))
        #expect(driver.read(MQTTMessage("nuki/lock/configuration/commandResultJson", "success", isRetained: true)) == [])
    }

    @Test func codes_haveSixDigitsWithoutZeroAndNot12InFront() throws {
        let constraints = try driver().traits.constraints
        #expect(constraints == CodeConstraints(lengths: 6...6, hasZero: false, forbiddenStarts: ["12"]))
        #expect(try driver().traits.keepsWindow)
    }

    @Test func catalog_namesEveryDriver() throws {
        #expect(LockCatalog.names == ["zigbee2mqtt", "nuki-hub"])
        #expect(throws: LockSettingsFault.self) { try LockCatalog.make(name: "august", LockSettings(topic: "a/b")) }
        #expect(throws: LockSettingsFault.self) {
            try LockCatalog.make(name: "zigbee2mqtt", LockSettings(topic: "a/b", slots: 1...2, values: ["colour": "red"]))
        }
    }
}
