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

    private func list(_ entries: String..., isRetained: Bool = false) -> MQTTMessage {
        MQTTMessage("nuki/lock/keypad/json", "[\(entries.joined(separator: ","))]", isRetained: isRetained)
    }
    private func result(_ word: String, isRetained: Bool = false) -> MQTTMessage {
        MQTTMessage("nuki/lock/keypad/commandResultJson", word, isRetained: isRetained)
    }
    private let ours = #"{"codeId":77,"name":"EB 2","enabled":1}"#
    private let other = #"{"codeId":5,"name":"Cleaner","enabled":1}"#

    @Test func set_addsWithTheWindowInLocalTime() throws {
        var driver = try driver()
        _ = driver.read(list())
        let message = try #require(driver.messages(for: .set(slot: 2, code: "589472", window: try window())).first)
        #expect(message.topic == "nuki/lock/keypad/actionJson")
        #expect(
            message.payload
                == #"{"action":"add","allowedFrom":"2026-11-27 15:00:00","allowedUntil":"2026-11-30 11:00:00","code":"589472","name":"EB 2","timeLimited":"1"}"#
        )
        #expect(driver.read(result("working")) == [])
        #expect(driver.read(result("success")) == [.heard], "proof is the list")
        #expect(driver.read(list(ours)).contains(.slot(2, .enabled(code: nil), .lock)))
    }

    @Test func list_findsOurCodesByName() throws {
        var driver = try driver()
        #expect(
            driver.read(list(ours, other))
                == [.heard, .slot(2, .enabled(code: nil), .lock), .slot(1, .available, .lock), .slot(3, .available, .lock)])
        #expect(driver.messages(for: .clear(slot: 2)).map(\.payload) == [#"{"action":"delete","codeId":"77"}"#])
        _ = driver.read(result("success"))
        _ = driver.read(list(ours, other))
        let update = try #require(driver.messages(for: .reschedule(slot: 2, window: try window())).first)
        #expect(update.payload.contains(#""action":"update""#) && update.payload.contains(#""codeId":"77""#))
        _ = driver.read(result("success"))
        _ = driver.read(list(other))
        #expect(
            driver.messages(for: .clear(slot: 1)).map(\.topic) == ["nuki/lock/query/keypad"],
            "nobody else's code is deleted for want of an id")
    }

    /// The site has taken slot 7 back since a code was put there.
    @Test func codeInASlotThatIsOursNoMore_isToldToBeGone() throws {
        var driver = try driver()
        _ = driver.read(list(#"{"codeId":78,"name":"EB 7","enabled":1}"#))
        #expect(driver.messages(for: .clear(slot: 7)).map(\.payload) == [#"{"action":"delete","codeId":"78"}"#])
        _ = driver.read(result("success"))
        #expect(driver.read(list()).contains(.slot(7, .available, .lock)))
    }

    @Test func retainedList_isNoProof() throws {
        var driver = try driver()
        #expect(driver.read(list(ours, isRetained: true)).contains(.slot(2, .enabled(code: nil), .retained)))
    }

    @Test func command_waitsForTheList() throws {
        var driver = try driver()
        #expect(driver.messages(for: .set(slot: 2, code: "589472", window: try window())).map(\.topic) == ["nuki/lock/query/keypad"])
        #expect(driver.read(list(other)).last == .again)
        #expect(driver.messages(for: .set(slot: 2, code: "589472", window: try window())).first?.payload.contains("add") == true)
        _ = driver.read(result("timeOut"))
        // Whether it was added is not known before the list came.
        #expect(driver.messages(for: .set(slot: 2, code: "589472", window: try window())).map(\.topic) == ["nuki/lock/query/keypad"])
        _ = driver.read(list(ours, other))
        #expect(driver.messages(for: .set(slot: 2, code: "589472", window: try window())).first?.payload.contains("update") == true)
    }

    @Test func lateResult_isNotTakenForTheNextCommand() throws {
        var driver = try driver()
        _ = driver.read(list(ours))
        _ = driver.messages(for: .clear(slot: 2))
        _ = driver.read(list())
        #expect(driver.messages(for: .set(slot: 1, code: "589472", window: try window())) == [], "the result of the clear is open")
        #expect(driver.read(result("failed")) == [.heard, .again], "no refusal of the one that waits")
        #expect(driver.messages(for: .set(slot: 1, code: "589472", window: try window())).first?.payload.contains("add") == true)
        // Its result never comes: given twice again, a command goes.
        _ = driver.read(list(ours))
        #expect(driver.messages(for: .clear(slot: 2)) == [])
        #expect(driver.messages(for: .clear(slot: 2)).first?.payload.contains("delete") == true)
    }

    @Test func reschedule_isProvenByTheListedTimes() throws {
        var driver = try driver()
        _ = driver.read(list(ours))
        _ = driver.messages(for: .reschedule(slot: 2, window: try window()))
        let old = #"{"codeId":77,"name":"EB 2","enabled":1,"allowedFrom":"2026-11-27 15:00:00","allowedUntil":"2026-11-29 11:00:00"}"#
        #expect(!driver.read(list(old)).contains(.saved(slot: 2, byHand: false)))
        #expect(driver.read(list(old.replacing("29 11", with: "30 11"))).contains(.saved(slot: 2, byHand: false)))
    }

    @Test func reschedule_isProvenByTheListBehindItsResult() throws {
        var driver = try driver()
        _ = driver.read(list(ours))
        _ = driver.messages(for: .reschedule(slot: 2, window: try window()))
        _ = driver.read(result("working"))
        #expect(driver.read(result("success")) == [.heard])
        let told = #"{"codeId":77,"name":"EB 2","enabled":1,"allowedFrom":"2026-11-27 15:00:00","allowedUntil":"2026-11-30 11:00:00"}"#
        #expect(driver.read(list(told)).contains(.saved(slot: 2, byHand: false)))
        #expect(!driver.read(list(told)).contains(.saved(slot: 2, byHand: false)), "told again it is no news")
    }

    @Test func set_isNotProvenByTheWindowOfTheAttemptBefore() throws {
        var driver = try driver()
        _ = driver.read(list())
        let first = try window()
        _ = driver.messages(for: .set(slot: 2, code: "589472", window: first))
        _ = driver.read(result("timeOut"))
        // It was done all the same; meanwhile the guest stays a day longer.
        let later = Window(start: first.start, end: first.end.addingTimeInterval(86_400))
        #expect(driver.messages(for: .set(slot: 2, code: "589472", window: later)).map(\.topic) == ["nuki/lock/query/keypad"])
        let told = #"{"codeId":77,"name":"EB 2","enabled":1,"allowedFrom":"2026-11-27 15:00:00","allowedUntil":"2026-11-30 11:00:00"}"#
        let reports = driver.read(list(told))
        #expect(!reports.contains(.slot(2, .enabled(code: nil), .lock)))
        #expect(reports.last == .again)
        let update = try #require(driver.messages(for: .set(slot: 2, code: "589472", window: later)).first)
        #expect(update.payload.contains("2026-12-01 11:00:00"))
    }

    @Test func fullList_provesNoAbsence_andNothingIsAddedToIt() throws {
        var driver = try NukiHubDriver(LockSettings(topic: "nuki/lock", slots: 1...3, values: ["entries": "2"]))
        #expect(driver.read(list(ours, other)) == [.heard, .slot(2, .enabled(code: nil), .lock)])
        #expect(driver.messages(for: .set(slot: 1, code: "589472", window: try window())).map(\.topic) == ["nuki/lock/query/keypad"])
        guard case .refused(let text)? = driver.read(list(ours, other)).last else {
            Issue.record("the full list was not told")
            return
        }
        #expect(text.contains("entries"))
    }

    @Test func refusal_saysWhatToDo() throws {
        var driver = try driver()
        _ = driver.read(list())
        _ = driver.messages(for: .set(slot: 2, code: "589472", window: try window()))
        guard case .refused(let text)? = driver.read(result("noValidPinSet")).first else {
            Issue.record("the refusal was not heard")
            return
        }
        #expect(text.contains("enter it"))
    }

    @Test func result_isIgnored_whenItIsRetainedOrNobodyAsked() throws {
        var driver = try driver()
        _ = driver.read(list())
        #expect(driver.read(result("failed")) == [])
        _ = driver.messages(for: .set(slot: 2, code: "589472", window: try window()))
        #expect(driver.read(result("failed", isRetained: true)) == [])
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
