// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import TestKit
import Testing

@testable import Drivers

private let dialogues: [Transcript] = (try? Transcript.all(ofDriver: "pcsc")) ?? []

/// The dialogues with PC/SC readers, however their bytes arrive.
@Suite struct PcscTranscriptTests {
    @Test func transcripts_coverWhatADriverOwes() throws {
        let dialogues = try Transcript.all(ofDriver: "pcsc")
        #expect(dialogues.contains { $0.headers["task"] == "identify" && $0.headers["outcome"] == "done" })
        #expect(dialogues.contains { $0.headers["task"] == "cut" && $0.headers["outcome"] == "done" })
        #expect(dialogues.count > 20)
    }

    @Test(arguments: dialogues, ScriptedLink<PcscCodec>.Delivery.allCases)
    func driver_doesAsRecorded(transcript: Transcript, delivery: ScriptedLink<PcscCodec>.Delivery) async throws {
        let driver = try PcscDriver(settings: DriverSettings(transcript.settings))
        let link = ScriptedLink(driver.makeCodec(for: .pcsc), transcript, delivery: delivery)
        let progress = RecordedProgress()
        var result: TaskResult?
        var fault: Fault?
        do throws(Fault) {
            if let task = try Self.task(of: transcript) {
                result = try await driver.perform(task, on: link, progress: progress)
            } else {
                _ = try await driver.identify(on: link)
            }
        } catch {
            fault = error
        }

        #expect(link.problems == [])
        #expect(link.sentBytes == transcript.sentBytes)
        let outcome = fault.map { "\($0.kind.code) \($0.card.rawValue)" } ?? "done"
        #expect(outcome == transcript.headers["outcome"])
        Self.expect(transcript, "detail", fault?.detail)
        Self.expect(transcript, "receipts", result?.receipts.map { $0.serial ?? "-" }.joined(separator: " "))
        let verified = (result?.receipts ?? []).map(\.verified)
        #expect(!verified.contains(false))
        Self.expect(transcript, "reading", result?.reading.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: "; "))
        if transcript.headers["task"] == "cut" { Self.expect(transcript, "prompts", progress.story.prompts.joined(separator: " ")) }
        #expect(String(progress.story.finished.count) == (transcript.headers["finished"] ?? "0"))
    }

    private static func task(of transcript: Transcript) throws(Fault) -> EncoderTask? {
        switch transcript.headers["task"] {
        case "identify": return nil
        case "read": return .read
        default:
            guard let order = try? transcript.order(), let image = order.cardImage else {
                throw Fault(.rejected(reason: "this transcript has no task that can be read"))
            }
            return .write(CardBatch(images: Array(repeating: image, count: order.copies)))
        }
    }

    private static func expect(_ transcript: Transcript, _ header: String, _ value: String?) {
        guard let wanted = transcript.headers[header], wanted != "-" else { return }
        #expect(value == wanted, "\(header)")
    }
}
