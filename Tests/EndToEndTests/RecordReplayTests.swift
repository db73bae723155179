// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A dialogue recorded on a line of the real kernel, and what can be done with it.
@Suite(.timeLimit(.minutes(6))) struct RecordReplayTests {
    private static let order =
        #"{"lockIds":["101"],"validFrom":"2026-11-21T13:00:00Z","validUntil":"2026-11-23T11:00:00Z","guestName":"Planted Guestname"}"#

    private func record(_ site: Site, _ encoder: EncoderProcess, _ more: String...) async throws -> (RunningProgram.Ended, URL) {
        let file = site.folder.appendingPathComponent("recorded.txt")
        let ended = try await RunningProgram.run(
            ["record", encoder.link.path, "--driver", "industry-standard", "--set", "encoder=1", "--output", file.path] + more)
        return (ended, file)
    }

    @Test func recordedKey_isReplayedTheSame_howeverItsBytesArrive() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            let (recorded, file) = try await record(site, encoder, "--task", "cut", "--order", Self.order, "--time-zone", "Europe/Prague")
            #expect(recorded.status == 0, "\(recorded.output)")
            let text = try String(contentsOf: file, encoding: .utf8)
            for header in ["# task: identify", "# task: cut", "# evidence: captured", "# driver: industry-standard", "# date: 20"] {
                #expect(text.contains(header), "\(header)\n\(text)")
            }
            #expect(!text.contains("Planted") && !text.contains("50 6C 61 6E 74 65 64"), "\(text)")
            let replayed = try await site.command("replay", file.path, "--delivery", "all")
            #expect(replayed.status == 0, "\(replayed.output)")
            #expect(replayed.output.contains("8 as recorded"))
        }
    }

    @Test func replay_is1_andShowsTheDifference_whenTheDriverDoesOtherwise() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            let (recorded, file) = try await record(site, encoder, "--task", "read")
            #expect(recorded.status == 0, "\(recorded.output)")
            let replayed = try await site.command("replay", file.path, "--set", "encoder=2")
            #expect(replayed.status == 1, "\(replayed.output)")
            #expect(replayed.output.contains("here the driver leaves the recording"), "\(replayed.output)")
            #expect(replayed.output.contains("^^ byte"), "\(replayed.output)")
        }
    }

    @Test func refusal_isRecorded_andIsExitStatus1() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("desk", ["--fault", "noCard", "--card-limit", "100ms"])
            let (recorded, file) = try await record(site, encoder, "--task", "cut", "--order", Self.order)
            #expect(recorded.status == 1)
            #expect(recorded.output.contains("noCard"), "\(recorded.output)")
            let replayed = try await site.command("replay", file.path)
            #expect(replayed.status == 0, "\(replayed.output)")
        }
    }

    @Test func record_saysWhoHasThePort() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            try site.configure(encoder)
            let bridge = try site.bridge()
            try await bridge.ready()
            let (recorded, _) = try await record(site, encoder)
            #expect(recorded.status == 1)
            #expect(recorded.output.contains("the running bridge (pid \(bridge.program.pid)) has"), "\(recorded.output)")
        }
    }

    @Test func record_endsAfterItsDuration_andKeepsWhatItHeard() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder("desk", ["--fault", "timeout"])
            let (recorded, file) = try await record(site, encoder, "--task", "cut", "--order", Self.order, "--duration", "3s")
            #expect(recorded.status == 0, "\(recorded.output)")
            #expect(try String(contentsOf: file, encoding: .utf8).contains("# note: the recording was ended here"))
        }
    }

    @Test(arguments: [
        ("> 05\nACK", ":2: "), ("# title: x", "no dialogue"), ("# driver: saflok\n> 05", "saflok"), ("# task: fly\n> 05", "driver"),
    ])
    func replay_is65_whenTheFileCannotBePlayed(text: String, sentence: String) async throws {
        try await Site.open { site in
            let file = site.folder.appendingPathComponent("broken.txt")
            try Data(text.utf8).write(to: file)
            let replayed = try await site.command("replay", file.path)
            #expect(replayed.status == 65, "\(replayed.output)")
            #expect(replayed.output.contains(sentence), "\(replayed.output)")
            let missing = try await site.command("replay", site.folder.path + "/nowhere.txt")
            #expect(missing.status == 65, "\(missing.output)")
        }
    }

    @Test func recording_takesThePlaceOfTheEncoder_onATerminal() async throws {
        try await Site.open { site in
            let encoder = try await site.encoder()
            let (recorded, file) = try await record(site, encoder, "--task", "read")
            #expect(recorded.status == 0, "\(recorded.output)")
            try await encoder.program.stop()
            let link = site.folder.appendingPathComponent("replayed")
            let played = try RunningProgram(
                ["replay", file.path, "--on-terminal", "--link", link.path], log: site.folder.appendingPathComponent("played.log"))
            try await eventually("the terminal") { FileManager.default.fileExists(atPath: link.path) }
            let again = try await RunningProgram.run(
                ["record", link.path, "--driver", "industry-standard", "--set", "encoder=1", "--task", "read"])
            #expect(again.status == 0, "\(again.output)")
            #expect(try await played.stop() == 0)
        }
    }
}
