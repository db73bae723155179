// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Ports
import TestKit
import Testing
import Transcripts

@testable import Drivers
@testable import Simulators

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

    /// The whole family, as CONTRIBUTING.md counts it: driver, dialogues, simulated encoder and note, and nothing else of its own.
    @Test func newFamily_isFourFilesAndALineInEachCatalog() async throws {
        let transcripts = try Transcript.read(try text("Tests/DriversTests/Example/tiny.txt"), file: "tiny.txt")
        #expect(transcripts.map { $0.headers["outcome"] } == ["done", "done", "rejected untouched"])
        for transcript in transcripts {
            for delivery in transcript.deliveries {
                let playback = try await transcript.play(to: try TinyDriver(settings: DriverSettings()), delivery: delivery)
                #expect(playback.isSame, "\(PlaybackText.differences(playback).joined(separator: "\n"))")
            }
            #expect(Self.simulated(transcript) == transcript.steps)
        }
        let keys = { (page: String) in
            page.split(separator: "\n").dropFirst().prefix { $0 != "---" }.map { $0.prefix { $0 != ":" } }
        }
        #expect(keys(try text("Tests/DriversTests/Example/tiny.md")) == keys(try text("hardware-notes/TEMPLATE.md")))

        let folder = try FileManager.default.contentsOfDirectory(atPath: root.path + "/Tests/DriversTests/Example")
        #expect(
            folder.filter { $0.lowercased().hasPrefix("tiny") }.sorted() == [
                "TinyDriver.swift", "TinyEncoder.swift", "tiny.md", "tiny.txt",
            ])
        let page = try text("CONTRIBUTING.md")
        let places = page.matches(of: /(?m)^[0-9]+\. \*\*`([^`]+)`\*\*/).map { String($0.1) }
        #expect(
            places == [
                "Tests/Transcripts/<driver>/", "Sources/Drivers/<Family>/", "Sources/Drivers/DriverCatalog.swift",
                "Sources/Simulators/<Family>/", "Sources/Simulators/SimulatorCatalog.swift", "hardware-notes/<driver>.md",
            ])
    }

    /// What passes on the line when the simulated encoder stands in for the recorded one.
    private static func simulated(_ transcript: Transcript) -> [Transcript.Step] {
        var options = SimulatorOptions()
        options.rooms = ["101"]
        var encoder = TinyEncoder(options)
        return transcript.steps.flatMap { step -> [Transcript.Step] in
            guard case .sent(let bytes) = step else { return [] }
            return [step]
                + encoder.receive(bytes, at: .zero).compactMap { action in
                    if case .send(let answer) = action { .received(answer) } else { nil }
                }
        }
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
