// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import TestKit
import Testing
import Transcripts

@testable import Drivers

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardizedFileURL

private func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// What CONTRIBUTING.md promises of new models and new drivers, by the very examples that it shows.
@Suite struct ExampleTests {
    /// The page shows the files line by line, indented as code, without the licence.
    @Test(arguments: ["acme-door-3.yaml", "TinyDriver.swift"])
    func contributing_quotesTheExample(file: String) throws {
        let quoted = try text("Tests/DriversTests/Example/" + file).split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("// SPDX") }.map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n")
        #expect(
            try text("CONTRIBUTING.md").contains(quoted), "copy Tests/DriversTests/Example/\(file) into CONTRIBUTING.md, indented by four")
    }

    /// A model of a known family is a file of settings: no code.
    @Test func newModel_isDataOnly() async throws {
        let profile = Profile(name: "acme-door-3", text: try text("Tests/DriversTests/Example/acme-door-3.yaml"))
        let driver = try GenericStxEtxDriver(settings: DriverSettings(profile.values))
        #expect(driver.line == LineSettings(baud: 19200))
        for (answer, outcome) in [("|1|NEW|", "done"), ("|1|N1|", "noCard"), ("|1|N2|", "rejected")] {
            let codec = driver.makeCodec(for: .tty)
            let (line, port) = Transcript(steps: [
                .sent([0x05]), .received([0x06]), .sent(codec.encode(.message(bytes("|1|NEW|101|202611231200|")))), .received([0x06]),
                .received(codec.encode(.message(bytes(answer)))), .sent([0x06]),
            ]).line(to: driver)
            #expect(await Self.outcome(on: line) == outcome)
            #expect(port.problems == [])
        }
    }

    @Test func newDriver_isTheExample() async throws {
        let driver = try TinyDriver(settings: DriverSettings())
        for (answer, outcome) in [("OK", "done"), ("E1", "rejected"), ("E7", "malformedReply")] {
            let codec = driver.makeCodec(for: .tty)
            let (line, port) = Transcript(steps: [
                .sent(codec.encode(.message(bytes("NEW 101 202611231200")))), .received(codec.encode(.message(bytes(answer)))),
            ]).line(to: driver)
            #expect(await Self.outcome(on: line) == outcome)
            #expect(port.problems == [])
        }
        let line = Transcript(steps: [.sent([0x05]), .silence, .sent([0x05]), .received([0x06])]).line(to: driver).line
        #expect(try await line.identify().model == "Tiny 1")
        #expect(throws: SettingsFault.self) { try TinyDriver(settings: DriverSettings(["speed": "1"])) }
    }

    /// What it does not declare is refused before it is asked: a copy that became a new key would shut the guest out.
    @Test func newDriver_isNotAskedForWhatItDidNotDeclare() throws {
        let driver = try TinyDriver(settings: DriverSettings())
        var order = KeyOrder(lockIds: ["101"], validFrom: Date(timeIntervalSince1970: 0), validUntil: Date(timeIntervalSince1970: 3600))
        #expect(driver.keys.objection(to: order) == nil)
        order.mode = .copy
        #expect(driver.keys.objection(to: order)?.reason.contains("shuts out") == true)
        order.mode = .new
        order.lockIds = ["101", "Pool"]
        #expect(driver.keys.objection(to: order)?.reason.contains("one room") == true)
        order.lockIds = ["101"]
        order.copies = 2
        #expect(driver.keys.objection(to: order)?.reason.contains("one key") == true)
    }

    private static func outcome(on line: Line<some EncoderDriver>) async -> String {
        let order = KeyOrder(
            lockIds: ["101"], validFrom: Date(timeIntervalSince1970: 1_795_266_000), validUntil: Date(timeIntervalSince1970: 1_795_435_200))
        let task = EncoderTask.cut(order, on: PropertyClock(timeZone: .gmt))
        do throws(Fault) {
            _ = try await line.perform(task, as: nil, progress: RecordedProgress())
            return "done"
        } catch {
            return error.kind.code
        }
    }
}
