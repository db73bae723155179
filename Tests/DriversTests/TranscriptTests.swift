// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Framing
import TestKit
import Testing

private let dialogues: [Transcript] = (try? Transcript.all(ofDriver: "industry-standard")) ?? []

/// The recorded dialogues of the driver, however their bytes arrive.
@Suite struct TranscriptTests {
    @Test func transcripts_coverWhatADriverOwes() throws {
        let dialogues = try Transcript.all(ofDriver: "industry-standard")
        #expect(dialogues.contains { $0.headers["task"] == "identify" && $0.headers["outcome"] == "done" })
        #expect(dialogues.contains { $0.headers["task"] == "cut" && $0.headers["outcome"] == "done" })
        #expect(dialogues.contains { $0.headers["task"] == "cut" && $0.headers["outcome"]?.hasPrefix("rejected") == true })
        #expect(dialogues.count > 50)
    }

    @Test(arguments: dialogues, ScriptedLink<StxEtxCodec>.Delivery.allCases)
    func driver_doesAsRecorded(transcript: Transcript, delivery: ScriptedLink<StxEtxCodec>.Delivery) async throws {
        let driver = try IndustryStandardDriver(settings: DriverSettings(transcript.settings))
        let link = ScriptedLink(driver.makeCodec(for: .tty), transcript, delivery: delivery)
        let progress = RecordedProgress()
        var result: TaskResult?
        var fault: Fault?
        do throws(Fault) {
            if let task = try task(of: transcript) {
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
        expect(transcript, "detail", fault?.detail)
        if case .rejected(let reason) = fault?.kind { expect(transcript, "reason", reason) }
        expect(transcript, "receipts", result?.receipts.map { $0.serial ?? "-" }.joined(separator: " "), unset: nil)
        let copies = (result?.receipts ?? []).map(\.copy)
        #expect(copies == copies.indices.map { $0 + 1 })
        expect(transcript, "reading", result.map { words($0.reading) })
        let story = progress.story
        expect(transcript, "prompts", story.prompts.joined(separator: " "))
        #expect(String(story.finished.count) == transcript.headers["finished"] ?? "0")
        #expect(story.remarks.joined(separator: " ") == transcript.headers["remark"] ?? "")
    }

    private func task(of transcript: Transcript) throws(Fault) -> EncoderTask? {
        let task = transcript.headers["task"] ?? ""
        if task == "identify" { return nil }
        if task == "read" { return .read }
        if task.hasPrefix("check-out ") { return .checkOut(lockID: String(task.dropFirst(10))) }
        guard task == "cut", let order = try? transcript.order(), let zone = TimeZone(identifier: transcript.headers["timeZone"] ?? "")
        else {
            throw Fault(.rejected(reason: "this transcript has no task that can be read"))
        }
        return .cut(order, on: PropertyClock(timeZone: zone, operatorName: transcript.headers["operator"] ?? "BRIDGE"))
    }

    private func expect(_ transcript: Transcript, _ header: String, _ value: String?, unset: String? = "-") {
        guard let wanted = transcript.headers[header], wanted != unset else { return }
        #expect(value == wanted, "\(header)")
    }

    /// `kind=..; rooms=..` in the order in which the transcripts write them.
    private func words(_ reading: [String: String]) -> String {
        ["kind", "rooms", "state", "copy", "rights", "validFrom", "validUntil", "operator"]
            .compactMap { name in reading[name].map { "\(name)=\($0)" } }.joined(separator: "; ")
    }
}
