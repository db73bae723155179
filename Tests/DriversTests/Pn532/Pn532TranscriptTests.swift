// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Framing
import TestKit
import Testing

private let dialogues: [Transcript] = (try? Transcript.all(ofDriver: "pn532")) ?? []
private let keys = CardKeys(["door": [0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5]])

/// The recorded dialogues of the PN532, however their bytes arrive.
@Suite struct Pn532TranscriptTests {
    @Test func transcripts_coverWhatADriverOwes() throws {
        let dialogues = try Transcript.all(ofDriver: "pn532")
        for task in ["identify", "write", "read", "erase", "reset", "self-test"] {
            #expect(dialogues.contains { $0.headers["task"] == task && $0.headers["outcome"] == "done" }, "\(task)")
        }
        #expect(dialogues.count > 50)
    }

    @Test(arguments: dialogues, ScriptedLink<Pn532Codec>.Delivery.allCases)
    func driver_doesAsRecorded(transcript: Transcript, delivery: ScriptedLink<Pn532Codec>.Delivery) async throws {
        let driver = try Pn532Driver(settings: DriverSettings(transcript.settings, keys: keys))
        // What a line at the wrong speed gives; no frame begins so.
        let link = ScriptedLink(driver.makeCodec(for: .tty), transcript, delivery: delivery, noise: [0x98, 0x80])
        let progress = RecordedProgress()
        let task = try task(of: transcript)
        var identity: EncoderIdentity?
        var result: TaskResult?
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
        #expect((fault.map { "\($0.kind.code) \($0.card.rawValue)" } ?? "done") == transcript.headers["outcome"])
        let headers = transcript.headers
        if let detail = headers["detail"] { #expect(fault?.detail == detail) }
        if let reason = headers["reason"], case .rejected(let given)? = fault?.kind { #expect(given == reason) }
        if let identity, let wanted = headers["identity"] { #expect("\(identity.model ?? "-"); \(identity.firmware ?? "-")" == wanted) }
        let receipts = result?.receipts ?? []
        let serials = receipts.map { $0.serial ?? "-" }.joined(separator: " ")
        #expect(serials == headers["receipts"] ?? "")
        #expect(receipts.filter { !$0.verified } == [])
        #expect(receipts.map(\.copy) == Array(receipts.indices.map { $0 + 1 }))
        if let reading = headers["reading"] {
            let words = result?.reading.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
            #expect(words == reading)
        }
        let story = progress.story
        let prompts = story.prompts.isEmpty ? "none" : story.prompts.joined(separator: " ")
        if task != nil { #expect(prompts == headers["prompts"]) }
        #expect(String(story.finished.count) == headers["finished"] ?? "0")
        #expect(story.remarks.joined(separator: " ") == headers["remark"] ?? "")
        if task == nil {
            let speeds = link.sentNames.filter { $0.hasPrefix("speed ") }.map { $0.dropFirst(6) }
            #expect((speeds.isEmpty ? "none" : speeds.joined(separator: " ")) == headers["speeds"])
        }
    }

    private func task(of transcript: Transcript) throws -> EncoderTask? {
        switch transcript.headers["task"] {
        case "identify": return nil
        case "read": return .read
        case "erase": return .erase
        case "reset": return .reset
        case "self-test": return .selfTest
        default:
            let image = try JSONDecoder().decode(CardImage.self, from: Data((transcript.headers["image"] ?? "").utf8))
            let copies = Int(transcript.headers["copies"] ?? "") ?? 1
            return .write(CardBatch(images: Array(repeating: image, count: copies)))
        }
    }
}
