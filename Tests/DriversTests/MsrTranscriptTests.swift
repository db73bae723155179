// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Framing
import TestKit
import Testing

private typealias MsrLink = ScriptedLink<EscSequenceCodec>

private let dialogues: [Transcript] = (try? Transcript.all(ofDriver: "msr")) ?? []

/// The recorded dialogues of the magnetic encoders, however their bytes arrive.
@Suite struct MsrTranscriptTests {
    @Test func transcripts_areRead() throws {
        #expect(try Transcript.all(ofDriver: "msr").count > 90)
    }

    @Test(arguments: dialogues, ScriptedLink<EscSequenceCodec>.Delivery.allCases)
    func driver_doesAsRecorded(transcript: Transcript, delivery: ScriptedLink<EscSequenceCodec>.Delivery) async throws {
        let port = try #require(PortKind(rawValue: transcript.headers["port"] ?? "tty"))
        // Nothing can come between the packets of a USB device.
        if port == .hidraw, delivery == .behindNoise { return }
        let driver = try MsrDriver(settings: DriverSettings(transcript.settings))
        let link = MsrLink(driver.makeCodec(for: port), transcript, delivery: delivery)
        let progress = RecordedProgress()
        let task = try task(of: transcript)
        var result: TaskResult?
        var identity: EncoderIdentity?
        var fault: Fault?
        do throws(Fault) {
            if let task {
                result = try await driver.perform(task, on: link, progress: progress)
            } else {
                identity = try await driver.identify(on: link)
            }
        } catch {
            fault = error
        }

        #expect(link.problems == [])
        #expect(link.sentBytes == transcript.sentBytes)
        #expect(fault.map { "\($0.kind.code) \($0.card.rawValue)" } ?? "done" == transcript.headers["outcome"])
        let story = progress.story
        expect(transcript, "detail", fault?.detail)
        if case .rejected(let reason)? = fault?.kind { expect(transcript, "reason", reason) }
        expect(transcript, "receipts", result?.receipts.map { $0.serial ?? "-" }.joined(separator: " "))
        expect(transcript, "verified", result.map { $0.receipts.allSatisfy(\.verified) ? "yes" : "no" })
        expect(transcript, "reading", result.map { words($0.reading) })
        expect(transcript, "identity", identity.map { "\($0.model ?? "-"); \($0.firmware ?? "-")" })
        if transcript.headers["content"] != nil { #expect(result?.image == (try transcript.cardImage("content"))) }
        if task != nil { expect(transcript, "prompts", story.prompts.isEmpty ? "none" : story.prompts.joined(separator: " ")) }
        #expect(String(story.finished.count) == transcript.headers["finished"] ?? "0")
        #expect(story.remarks.joined(separator: " ") == transcript.headers["remark"] ?? "")
    }

    private func task(of transcript: Transcript) throws -> EncoderTask? {
        switch transcript.headers["task"] {
        case "identify": return nil
        case "read": return .read
        case "erase": return .erase
        case "reset": return .reset
        case "self-test": return .selfTest
        case "write":
            let copies = try #require(Int(transcript.headers["copies"] ?? "1"))
            return .write(CardBatch(images: Array(repeating: try transcript.cardImage(), count: copies)))
        default: throw TranscriptProblem(description: "\(transcript) has no task that can be read")
        }
    }

    private struct TranscriptProblem: Error { var description: String }

    private func expect(_ transcript: Transcript, _ header: String, _ value: String?) {
        guard let wanted = transcript.headers[header], wanted != "-" else { return }
        #expect(value == wanted, "\(header)")
    }

    private func words(_ reading: [String: String]) -> String {
        reading.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
    }
}
