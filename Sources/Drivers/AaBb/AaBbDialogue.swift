// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing
import Synchronization

/// One command and its answer. The readers speak only when they are asked.
struct AaBbDialogue<Wire: Link>: Sendable where Wire.Frame == AaBbFrame {
    let link: Wire
    let node: UInt16
    let tally: AaBbTally
    var answerWithin = Duration.seconds(1)
    /// For commands that change nothing.
    var attempts = 3

    struct Answer: Sendable {
        var status: AaBbStatus
        var data: [UInt8]
    }

    /// - Returns: whatever the reader answered, errors too.
    func ask(
        _ name: String, _ code: UInt16, _ payload: [UInt8] = [], effect: CommandEffect = .none
    ) async throws(Fault) -> Answer {
        let command = Command(
            name, AaBbFrame(node: node, command: code, payload: payload), effect: effect,
            repliedBy: { $0.command == code && !$0.payload.isEmpty }, attempts: attempts, pause: .milliseconds(20))
        let frame: AaBbFrame
        do throws(Fault) {
            frame = try await link.exchange(command, within: answerWithin)
        } catch {
            // Every command is answered at once. Only a write leaves a doubt when it is not.
            guard error.kind == .timeout else { throw error }
            guard effect == .none else { throw Fault(.timeout, card: error.card, detail: "\(name): no answer") }
            throw Fault(.offline, card: error.card, detail: "\(name): no answer")
        }
        tally.count(frame.quirks)
        return Answer(status: AaBbStatus(code: frame.status ?? 0), data: Array(frame.payload.dropFirst()))
    }

    /// - Returns: what stands behind the status of a success; an error is thrown.
    func command(_ name: String, _ code: UInt16, _ payload: [UInt8] = [], effect: CommandEffect = .none) async throws(Fault) -> [UInt8] {
        let answer = try await ask(name, code, payload, effect: effect)
        guard answer.status == .ok else {
            var fault = answer.status.fault
            if effect == .writesCard { fault.card = .unknown }
            throw fault
        }
        return answer.data
    }
}

/// What a reader was found to do otherwise than published, since the driver was made: how often it left the layout, and whether it has
/// lights that it knows of.
final class AaBbTally: Sendable {
    private let lights = Mutex(true)

    /// `false` once it said nothing to a light or a beep.
    var hasLights: Bool { lights.withLock { $0 } }
    func noLights() { lights.withLock { $0 = false } }
    /// The reader is asked anew who it is: it may be another one.
    func forgetLights() { lights.withLock { $0 = true } }

    private let counts = Mutex((repeatedStatus: 0, uncheckedError: 0, strayZero: 0))

    func count(_ quirks: AaBbQuirks) {
        guard !quirks.isEmpty else { return }
        counts.withLock {
            if quirks.contains(.repeatedStatus) { $0.repeatedStatus += 1 }
            if quirks.contains(.uncheckedError) { $0.uncheckedError += 1 }
            if quirks.contains(.strayZero) { $0.strayZero += 1 }
        }
    }

    /// For people; `none` where the reader keeps to the layout.
    var words: String {
        let counts = counts.withLock { $0 }
        let all = [
            counts.repeatedStatus > 0 ? "error answers whose check repeats the status: \(counts.repeatedStatus)" : nil,
            counts.uncheckedError > 0 ? "error answers with a wrong check: \(counts.uncheckedError)" : nil,
            counts.strayZero > 0 ? "stray 00 before an answer: \(counts.strayZero)" : nil,
        ].compactMap(\.self)
        return all.isEmpty ? "none" : all.joined(separator: ", ")
    }
}
