// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Ports
import Simulators
import Transcripts

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Plays a transcript to a driver and shows where the driver does otherwise.",
        discussion: """
            The encoder's bytes come from the file; what the driver sends and what it makes of the answers is compared with the recording. \
            No port is opened. Lines that begin with - are recorded, + is what the driver does now, ! is another result.

            With --on-terminal the file takes the place of the encoder: a program that opens the terminal hears what was recorded.

            Exit status: 0 the same; 1 something differs; 64 the command was not understood; 65 the file cannot be read or played.
            """)

    @Argument(help: "The transcript.", completion: .file(extensions: ["txt"])) var file: String
    @Option(help: "Play it to this driver instead of the one that the file names.", completion: .list(DriverCatalog.all.map(\.name)))
    var driver: String?
    @OptionGroup var settings: SettingOptions
    @Option(
        help: ArgumentHelp(
            "How the encoder's bytes arrive: \(ScriptDelivery.allCases.map(\.rawValue).joined(separator: ", ")), or all of them in turn.",
            valueName: "way"), completion: .list(ScriptDelivery.allCases.map(\.rawValue) + ["all"]))
    var delivery = "whole"
    @Flag(help: "Be the encoder on a pseudo-terminal, until SIGINT or SIGTERM.") var onTerminal = false
    @Option(help: "With --on-terminal: where to put a link to the terminal.") var link: String?
    @Flag(help: "Print the first dialogue as a script for `umockdev-run --script`.") var toUmockdev = false

    func validate() throws {
        if link != nil, !onTerminal { throw ValidationError("--link belongs to --on-terminal") }
        if onTerminal, toUmockdev { throw ValidationError("choose --on-terminal or --to-umockdev") }
        _ = try deliveries()
    }

    func run() async throws {
        let transcripts = try transcripts()
        if toUmockdev {
            FileHandle.standardOutput.write(Data(transcripts.first.map(UmockdevScript.bytes) ?? []))
        } else if onTerminal {
            try await serve(transcripts)
        } else if try await !play(transcripts) {
            throw ExitCode.trouble
        }
    }

    private func deliveries() throws -> [ScriptDelivery] {
        if delivery == "all" { return ScriptDelivery.allCases }
        guard let way = ScriptDelivery(rawValue: delivery) else {
            let ways = ScriptDelivery.allCases.map(\.rawValue) + ["all"]
            throw ValidationError("--delivery is '\(delivery)': use one of \(ways.joined(separator: ", "))")
        }
        return [way]
    }

    private func transcripts() throws -> [Transcript] {
        do throws(TranscriptFault) { return try Transcript.read(at: file) } catch {
            complain(error.description)
            throw ExitCode.badData
        }
    }

    // MARK: Playing to the driver

    private func play(_ transcripts: [Transcript]) async throws -> Bool {
        let ways = try deliveries()
        var (same, different) = (0, 0)
        for transcript in transcripts {
            let title = transcript.headers["title"] ?? "a dialogue without title"
            if transcript.isIncomplete {
                complain("\(transcript.file): \(title): \(transcript.headers["redacted"] ?? "")")
                throw ExitCode.badData
            }
            let driver = try driver(for: transcript)
            for way in ways {
                guard transcript.deliveries.contains(way) else {
                    // Asked for all ways, those that can be are meant.
                    if ways.count == 1 { complain("\(title): nothing comes between what a \(transcript.portKind.rawValue) port brings") }
                    continue
                }
                let playback: Playback
                do throws(TranscriptFault) {
                    playback = try await transcript.play(to: driver, delivery: way)
                } catch {
                    complain(error.description)
                    throw ExitCode.badData
                }
                let how = ways.count > 1 || way != .whole ? " (\(way.rawValue))" : ""
                print("\(playback.isSame ? "same   " : "differs") \(title)\(how)")
                for line in PlaybackText.differences(playback) { print("    " + line) }
                if playback.isSame { same += 1 } else { different += 1 }
            }
        }
        print(different == 0 ? "\(same) as recorded" : "\(different) of \(same + different) differ")
        return different == 0 && same > 0
    }

    private func driver(for transcript: Transcript) throws -> any EncoderDriver {
        guard let name = driver ?? transcript.headers["driver"] else {
            complain("\(transcript.file): no header says which driver it is for: name one with --driver")
            throw ExitCode.badData
        }
        do throws(SettingsFault) {
            let given = try? settings.values()
            return try DriverCatalog.make(name: name, settings: DriverSettings(transcript.settings.merging(given ?? [:]) { $1 }))
        } catch {
            complain("\(transcript.file): \(error.description)")
            throw ExitCode.badData
        }
    }

    // MARK: Being the encoder

    private func serve(_ transcripts: [Transcript]) async throws {
        var options = SimulatorOptions()
        options.link = link
        do {
            try await SimulatorRun(DeviceScript(transcripts).simulator(options: options), absence: options.absence).untilEnd()
        } catch let fault as SimulatorFault {
            complain(fault.description)
            throw ExitCode.trouble
        }
    }
}
