// SPDX-License-Identifier: Apache-2.0
import Access
import Testing

@testable import Simulators

/// A simulated Nuki Hub takes what the real one takes, and tells of it in its words.
@Suite struct SimulatedNukiHubTests {
    private static let add =
        #"{"action":"add","allowedFrom":"2026-11-27 15:00:00","allowedUntil":"2026-11-30 11:00:00","code":"589472","name":"EB 2","timeLimited":"1"}"#

    private func told(_ hub: inout SimulatedNukiHub, _ payload: String, _ topic: String = "keypad/actionJson") -> [String] {
        hub.receive(MQTTMessage("nuki/lock/\(topic)", payload)).map(\.message.payload)
    }

    @Test func add_isListedWithItsTimes_underANumberOfTheLocksOwn() {
        var hub = SimulatedNukiHub(locks: ["nuki/lock"])
        let told = told(&hub, Self.add)
        #expect(told.prefix(2) == ["working", "success"])
        #expect(
            told.last
                == #"[{"allowedFrom":"2026-11-27 15:00:00","allowedUntil":"2026-11-30 11:00:00","codeId":1001,"enabled":1,"name":"EB 2","timeLimited":1}]"#
        )
        #expect(hub.codes == ["nuki/lock": ["EB 2": "589472 2026-11-27 15:00:00 2026-11-30 11:00:00"]])
    }

    @Test func update_keepsTheCode_andDelete_takesItOff() {
        var hub = SimulatedNukiHub(locks: ["nuki/lock"])
        _ = told(&hub, Self.add)
        _ = told(
            &hub,
            #"{"action":"update","codeId":"1001","timeLimited":"1","allowedFrom":"2026-11-27 15:00:00","allowedUntil":"2026-12-02 11:00:00"}"#
        )
        #expect(hub.codes["nuki/lock"]?["EB 2"]?.hasPrefix("589472 ") == true)
        #expect(hub.codes["nuki/lock"]?["EB 2"]?.hasSuffix("2026-12-02 11:00:00") == true)
        _ = told(&hub, #"{"action":"delete","codeId":1001}"#)
        #expect(hub.codes == ["nuki/lock": [:]])
    }

    @Test(arguments: [
        ("no JSON", "invalidJson"), (#"{"code":"589472"}"#, "noActionSet"), (#"{"action":"paint"}"#, "invalidAction"),
        (#"{"action":"delete","codeId":"7"}"#, "noExistingCodeIdSet"), (#"{"action":"add","code":"589472"}"#, "noNameSet"),
        (#"{"action":"add","name":"A"}"#, "noCodeSet"), (#"{"action":"add","name":"A","code":"589470"}"#, "noValidCodeSet"),
        (#"{"action":"add","name":"A","code":"129472"}"#, "noValidCodeSet"),
        (#"{"action":"add","name":"A","code":"589472","timeLimited":"1","allowedUntil":"tomorrow"}"#, "invalidAllowedUntil"),
    ])
    func nonsense_isRefusedInItsWords(_ payload: String, _ word: String) {
        var hub = SimulatedNukiHub(locks: ["nuki/lock"])
        #expect(told(&hub, payload) == [word])
        #expect(hub.codes == ["nuki/lock": [:]])
    }

    @Test func faults_areDoneOrNotDone_asTheirNamesSay() {
        let expected: [(SimulatedFault, String?, isDone: Bool)] = [
            (.silent, nil, false), (.denied, "keypadControlDisabled", false), (.writeError, "failed", false), (.timeout, "timeOut", false),
            (.noResponse, "timeOut", true), (.lateAnswer, "[", true),
        ]
        for (fault, word, isDone) in expected {
            var hub = SimulatedNukiHub(locks: ["nuki/lock"], faults: [fault: .times(1)])
            let last = told(&hub, Self.add).last
            #expect(word.map { last?.hasPrefix($0) == true } ?? (last == nil), "\(fault)")
            #expect((hub.codes["nuki/lock"]?.isEmpty == false) == isDone, "\(fault)")
        }
        #expect(Set(expected.map(\.0)) == Set(SimulatorCatalog.faults(of: "nuki-hub")))
    }

    @Test func list_endsWhereItsSettingSays_andWhatTheHubLeavesForItself_isNoCommand() {
        var hub = SimulatedNukiHub(locks: ["nuki/lock"], listed: 1)
        _ = told(&hub, Self.add)
        _ = told(&hub, Self.add.replacing("EB 2", with: "EB 3"))
        #expect(told(&hub, "1", "query/keypad").first?.contains("EB 3") == false)
        #expect(told(&hub, "--") == [])
    }
}
