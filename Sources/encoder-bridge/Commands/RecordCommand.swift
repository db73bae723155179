// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Ports
import Probe
import Transcripts
import UnixSignals

struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Writes down a dialogue with an encoder, byte by byte, as a transcript.",
        discussion: """
            Opens DEVICE for itself, so stop the bridge first (`sudo systemctl stop encoder-bridge`). Asks the encoder who it is, then does \
            the task, and writes a transcript that `encoder-bridge replay` plays and that becomes a test when it is copied into \
            Tests/Transcripts. Names, card content and serial numbers of cards are replaced unless you say --reveal; look the file over \
            before you send it on.

            Tasks: identify, read, erase, reset, self-test, and cut with an --order as the HTTP API takes it:
              --order '{"lockIds":["101"],"validFrom":"2026-11-21T13:00:00Z",
                "validUntil":"2026-11-23T11:00:00Z"}'

            Exit status: 0 recorded, and the encoder did the task; 1 it did not, or lines had to be taken out so that the transcript \
            cannot be played: the output says why; 64 the command was not understood.
            """)

    private static let tasks = ["identify", "cut"] + Errand.allCases.filter { $0 != .identify }.map(\.rawValue)

    @Argument(help: "The port: a device node, HOST:PORT, or the name of a PC/SC reader.", completion: .file()) var device: String
    @Option(help: "The family of the encoder: the name of its driver.", completion: .list(DriverCatalog.all.map(\.name))) var driver: String
    @OptionGroup var settings: SettingOptions
    @Option(help: "What the encoder is asked after it has said who it is.", completion: .list(RecordCommand.tasks)) var task = "identify"
    @Option(help: "For --task cut: the order as JSON, or a file with it. Use a test room and a test card.") var order: String?
    @Option(help: "For --task cut: the time zone of the hotel; default: that of this machine.") var timeZone: String?
    @Option(help: "The file to write; default: standard output.", completion: .file()) var output: String?
    @Option(help: "Ends the recording after this time, whatever the encoder does: 30s, 2m.") var duration: String?
    @Flag(help: "Keeps names, card content and serial numbers. For test cards only.") var reveal = false

    func run() async throws {
        let made: any EncoderDriver
        let values = try settings.values()
        do throws(SettingsFault) {
            made = try DriverCatalog.make(name: driver, settings: DriverSettings(values))
        } catch {
            throw ValidationError(error.description)
        }
        let request = try request()
        let limit = try duration.map { text -> Duration in
            guard let limit = Duration(settingText: text) else {
                throw ValidationError("--duration is '\(text)': write a time such as 30s or 2m")
            }
            return limit
        }
        let zone = try timeZone.map { name -> TimeZone in
            guard let zone = TimeZone(identifier: name) else {
                throw ValidationError("--time-zone is '\(name)': write an IANA name such as Europe/Prague")
            }
            return zone
        }
        if reveal { complain("--reveal: card content will be in the file. Use a test card, and do not send the file on.") }
        let recorder = DialogueRecorder()
        let bench = RecordingBench(
            recorder: recorder, port: DetectedPort(named: device, for: type(of: made).manifest),
            clock: PropertyClock(timeZone: zone ?? .current), say: complain)
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let stoppers = [
            Task { for await _ in signals { recorder.stop() } },
            Task {
                guard let limit, (try? await Task.sleep(for: limit)) != nil else { return }
                recorder.stop()
            },
        ]
        let fault = await bench.record(made, request)
        for stopper in stoppers { stopper.cancel() }

        let transcripts = await bench.transcripts(by: made, settings: values, isRevealed: reveal)
        try write(Transcript.text(of: transcripts))
        await sayWhatCame(transcripts, made)
        let wasStopped = recorder.dialogues.contains(where: \.wasStopped)
        if let fault, !wasStopped { complain(sentence(fault)) }
        // A file that nobody can play is not what was asked for.
        if !wasStopped, fault != nil || transcripts.contains(where: \.isIncomplete) { throw ExitCode.trouble }
    }

    // MARK: What was asked

    private func request() throws -> RecordingBench.Request {
        guard task == "cut" || order == nil else { throw ValidationError("--order belongs to --task cut") }
        switch task {
        case "identify": return .nothing
        case "cut": return .job(try keyOrder())
        default:
            guard let errand = Errand(rawValue: task) else {
                throw ValidationError("there is no task '\(task)': use one of \(Self.tasks.joined(separator: ", "))")
            }
            return .errand(errand)
        }
    }

    private func keyOrder() throws -> KeyOrder {
        guard let order else { throw ValidationError("--task cut needs an --order: the JSON of a key order, or a file with it") }
        do {
            let data = order.hasPrefix("{") ? Data(order.utf8) : try Data(contentsOf: URL(fileURLWithPath: order))
            return try JSONText.decode(KeyOrder.self, from: data)
        } catch {
            throw ValidationError(
                "--order cannot be read as a key order: lockIds, validFrom and validUntil must be there, times as 2026-11-21T13:00:00Z")
        }
    }

    // MARK: What came of it

    private func write(_ text: String) throws {
        guard !text.isEmpty else { return }
        guard let output else { return print(text, terminator: "") }
        // What is revealed is for its owner only.
        let mode = reveal ? 0o600 : 0o644
        guard FileManager.default.createFile(atPath: output, contents: Data(text.utf8), attributes: [.posixPermissions: mode]) else {
            complain("\(output) cannot be written: choose a file in a folder that is yours")
            throw ExitCode.trouble
        }
    }

    private func sayWhatCame(_ transcripts: [Transcript], _ driver: some EncoderDriver) async {
        for transcript in transcripts {
            let title = transcript.headers["title"] ?? ""
            if transcript.isIncomplete {
                complain("\(title): \(transcript.headers["redacted"] ?? "")")
            } else {
                let plays = (try? await transcript.play(to: driver))?.isSame == true
                complain(
                    "\(title): \(transcript.steps.count) lines\(plays ? "" : ", and played back the driver does otherwise: try replay")")
            }
        }
        if let output, !transcripts.isEmpty { complain("Written to \(output).") }
    }

    private func sentence(_ fault: Fault) -> String {
        if case .heldBy(let process?) = fault.kind, process.name == "encoder-bridge" {
            return "the running bridge (pid \(process.pid)) has \(device): stop it while you record, `sudo systemctl stop encoder-bridge`"
        }
        return "\(fault.kind.code)\(fault.detail.map { " (\($0))" } ?? ""): \(fault.kind.technicianAdvice)"
    }
}
