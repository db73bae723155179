// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import TestKit
import Testing
import Transcripts

/// What a person sees when the driver does otherwise than a transcript.
@Suite struct PlaybackTests {
    private static let read = """
        # title: A staff card
        # driver: industry-standard
        # settings: encoder=1
        # task: read
        # outcome: done
        # reading: kind=staff card
        > 05
        < 06
        > 02 B3 4C 54 B3 31 B3 52 B3 03 78
        < 06
        < 02 B3 4C 54 B3 31 B3 4C 4D B3 03 2B
        > 06
        """

    private func played(_ text: String, encoder: String = "1", delivery: ScriptDelivery = .whole) async throws -> Playback {
        let transcript = try #require(try Transcript.read(text, file: "f.txt").first)
        return try await transcript.play(to: try IndustryStandardDriver(settings: DriverSettings(["encoder": encoder])), delivery: delivery)
    }

    @Test func differences_areNone_whenTheDriverDoesAsRecorded() async throws {
        let playback = try await played(Self.read)
        #expect(playback.isSame)
        #expect(PlaybackText.differences(playback) == [])
    }

    @Test func differences_markTheFirstByte_andShowBothSides() async throws {
        let lines = PlaybackText.differences(try await played(Self.read, encoder: "2"))
        #expect(
            lines.starts(with: [
                "  > 05                                              ENQ",
                "  < 06                                              ACK",
                "  here the driver leaves the recording:",
                "- > 02 B3 4C 54 B3 31 B3 52 B3 03 78                .|LT|1|R|.x       recorded",
                "+ > 02 B3 4C 54 B3 32 B3 52 B3 03 7B                .|LT|2|R|.{       sent",
                "                   ^^ byte 6: 31 '1' recorded, 32 '2' sent",
            ]), "\(lines.joined(separator: "\n"))")
        #expect(lines.last?.hasPrefix("! ") == true, "the answer names another encoder: \(lines.joined(separator: "\n"))")
    }

    @Test func differences_showWhatWasNotPlayed() async throws {
        let more = Self.read + "\n> 05\n< 06"
        let lines = PlaybackText.differences(try await played(more))
        #expect(lines.contains("  here the driver ends before the recording does:"))
        #expect(lines.suffix(2).map { $0.split(separator: " ").prefix(3).joined(separator: " ") } == ["- > 05", "- < 06"])
    }

    @Test func differences_tellOfAnotherOutcome() async throws {
        let playback = try await played(
            Self.read.replacing("kind=staff card", with: "kind=guest key").replacing("done", with: "noCard untouched"))
        #expect(
            PlaybackText.differences(playback).filter { $0.hasPrefix("!") } == [
                "! outcome: recorded 'noCard untouched', played 'done'", "! reading: recorded 'kind=guest key', played 'kind=staff card'",
            ])
    }

    /// As at a hotel: what comes before a command belongs to something earlier.
    @Test func bytesBeforeACommand_areALateFrame() async throws {
        #expect(try await played("# task: identify\n# outcome: done\n< 06\n> 05\n< 06").isSame)
    }

    @Test(arguments: ScriptDelivery.allCases)
    func differences_neverCrash_onDamagedTranscripts(delivery: ScriptDelivery) async throws {
        for seed in 0..<60 {
            var random = SeededRandom(seed: UInt64(seed))
            var lines = Self.read.split(separator: "\n").map(String.init)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 6..<lines.count, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0 where lines.count > 7: lines.remove(at: place)
                case 1:
                    lines.insert(
                        ["~ silence", "~ gone", "> 15", "< 15", "< FF 02 03 00"].randomElement(using: &random) ?? "> 05", at: place)
                default: lines.swapAt(place, Int.random(in: 6..<lines.count, using: &random))
                }
            }
            let playback = try await played(lines.joined(separator: "\n"), delivery: delivery)
            #expect(playback.isSame == PlaybackText.differences(playback).isEmpty, "seed \(seed)")
        }
    }
}
