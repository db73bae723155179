// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Testing

@testable import Drivers

@Suite struct KeyRequestTests {
    private func request(_ lockIds: [String], settings: [String: String] = [:]) throws -> KeyRequest {
        let site = try FiasSettings(DriverSettings(["encoder": "01"].merging(settings) { $1 }))
        let order = KeyOrder(
            lockIds: lockIds, validFrom: Date(timeIntervalSince1970: 1_795_269_600), validUntil: Date(timeIntervalSince1970: 1_795_428_000))
        return try KeyRequest(order, on: PropertyClock(timeZone: .gmt), site: site)
    }

    /// A name that decides which door opens is never bent into another.
    @Test(arguments: [["10|1"], ["10;1"], ["Z\u{FC}rich"], ["101", "a|b"], [String(repeating: "x", count: 25)]])
    func nameThatTheLineCannotCarry_isRefused(lockIds: [String]) {
        #expect(throws: Fault.self) { try request(lockIds) }
    }

    @Test func moreRoomsThanFit_areRefused_andAreasAloneToo() {
        #expect(throws: Fault.self) { try request(["101"] + (1...12).map { "20\($0)" }) }
        #expect(throws: Fault.self) { try request(["Pool"], settings: ["areas": "Pool=1"]) }
    }

    @Test(
        arguments: [
            ("1", "1"), ("0000000012", "0000000012"), ("1234567890", "1234567890"), ("12345678901", nil), ("R-77", nil), ("", nil),
        ] as [(String, String?)])
    func reservation_hasOneToTenDigits(number: String, asItIs: String?) {
        let digits = KeyRequest.reservation(number)
        if let asItIs { #expect(digits == asItIs) }
        if number.isEmpty { #expect(digits == nil) } else { #expect((1...10).contains(digits?.count ?? 0)) }
        #expect(digits == KeyRequest.reservation(number))
    }

    @Test(arguments: [
        ["encoder": ""], ["encoder": "123456789"], ["encoder": "a b"], ["encoder": "1|2"], ["encoder": "1", "areas": "Pool"],
        ["encoder": "1", "areas": "Pool=0"], ["encoder": "1", "areas": "A=1, B=1"], ["encoder": "1", "answerTimeout": "0s"],
        ["encoder": "1", "departureTime": "noon"], ["encoder": "1", "enocder": "1"], [:],
    ])
    func settingsThatCannotBe_areRefused(values: [String: String]) {
        #expect(throws: SettingsFault.self) { try FiasSettings(DriverSettings(values)) }
    }

    @Test func workstations_areNeverUsedTwice() {
        let first = WorkstationNames(first: nil)
        let names = (1...1000).map { _ in first.make() }
        #expect(Set(names).count == 1000)
        #expect(names.allSatisfy { $0.utf8.count <= 16 })
        #expect(WorkstationNames(first: nil).make() != WorkstationNames(first: nil).make())
        let counted = WorkstationNames(first: "EB17")
        #expect([counted.make(), counted.make()] == ["EB17", "EB18"])
    }
}

@Suite struct KeyAnswerTests {
    /// A facade of ours says it so, whichever hotel's language it speaks, and in the letters of the line.
    @Test(arguments: Language.allCases) func retryThatAsksToCheckTheCard_leavesItUnknown(language: Language) throws {
        let text = Words(language)(.answerCheckCard).folding(options: .diacriticInsensitive, locale: nil)
        let answer = FiasRecord("KA", [.init("AS", "RY"), .init("CT", text)])
        #expect(KeyAnswer.fault(answer, writesCard: true)?.card == .unknown, "\(text)")
        #expect(KeyAnswer.fault(answer, writesCard: false)?.card == .untouched)
        let other = FiasRecord("KA", [.init("AS", "RY"), .init("CT", "Karte auflegen")])
        #expect(KeyAnswer.fault(other, writesCard: true)?.card == .untouched)
    }
}
