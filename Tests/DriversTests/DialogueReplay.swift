// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Framing
import TestKit

/// Plays a recorded dialogue to a driver of any family.
struct DialogueReplay<Driver: EncoderDriver> {
    var delivery: ScriptedLink<Driver.Codec>.Delivery
    /// Bytes that begin no frame of the family.
    var noise: [UInt8] = [0xFF, 0x00]
    var keys = CardKeys()

    /// Where the driver did anything else than is recorded, in words; none: it did as recorded.
    func differences(_ transcript: Transcript) async throws -> [String] {
        let driver = try Driver(settings: DriverSettings(transcript.settings, keys: keys))
        let link = ScriptedLink(driver.makeCodec(for: .tty), transcript, delivery: delivery, noise: noise)
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
        var found = link.problems
        func compare(_ what: String, _ value: String?, _ wanted: String?) {
            if let wanted, value != wanted { found.append("\(what) is \(value ?? "missing") and should be \(wanted)") }
        }
        if link.sentBytes != transcript.sentBytes { found.append("other bytes were sent than are recorded") }
        let headers = transcript.headers
        compare("outcome", fault.map { "\($0.kind.code) \($0.card.rawValue)" } ?? "done", headers["outcome"])
        compare("detail", fault?.detail, headers["detail"] == "-" ? nil : headers["detail"])
        if case .rejected(let reason) = fault?.kind { compare("reason", reason, headers["reason"]) }
        compare("receipts", result?.receipts.map { $0.serial ?? "-" }.joined(separator: " "), headers["receipts"])
        let reading = result?.reading.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        compare("reading", reading, headers["reading"])
        compare("prompts", progress.story.prompts.joined(separator: " "), headers["prompts"])
        compare("remark", progress.story.remarks.joined(separator: " "), headers["remark"] ?? "")
        compare("finished", String(progress.story.finished.count), headers["finished"])
        let copies = (result?.receipts ?? []).map(\.copy)
        if copies != copies.indices.map({ $0 + 1 }) { found.append("the receipts are for the copies \(copies)") }
        return found
    }

    private func task(of transcript: Transcript) throws(Fault) -> EncoderTask? {
        let task = transcript.headers["task"] ?? ""
        switch task {
        case "identify": return nil
        case "read": return .read
        case "erase": return .erase
        case "reset": return .reset
        case "self-test": return .selfTest
        case _ where task.hasPrefix("check-out "): return .checkOut(lockID: String(task.dropFirst(10)))
        default: break
        }
        guard task == "cut", let order = try? transcript.order() else {
            throw Fault(.rejected(reason: "this transcript has no task that can be read"))
        }
        if Driver.manifest.kind == .raw {
            guard let image = order.cardImage else { throw Fault(.rejected(reason: "this transcript brings no card image")) }
            return .write(CardBatch(images: Array(repeating: image, count: order.copies)))
        }
        let desk = transcript.headers["operator"] ?? "BRIDGE"
        let zone = TimeZone(identifier: transcript.headers["timeZone"] ?? "") ?? .gmt
        return .cut(order, on: PropertyClock(timeZone: zone, operatorName: desk == "-" ? "" : desk))
    }
}
