// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Ports
import Synchronization

/// A port whose encoder is a transcript: what is written is compared with the `>` lines byte for byte, and the `<` lines can be read.
/// Where the script has nothing to say, the deadline has passed: time is the script's own (``time``), and stands still while bytes come.
///
/// A line over it keeps the rules that it keeps at a hotel. So a `<` line before a `>` line that nobody waits for is a late frame.
public final class ScriptedPort: Ports.Port {
    /// The longest pause that ends a frame (`FrameCodec.endedBySilence`). A longer wait is one for an answer, which uses up `~ silence`.
    private static let longestPause: Duration = .milliseconds(500)

    private struct State {
        var steps: ArraySlice<Transcript.Step>
        var elapsed = Duration.zero
        var isGone = false
        /// Something shorter than an answer was waited for in the silence that is next in the script.
        var silenceWasHeard = false
        var sent: [UInt8] = []
        var moves: [ScriptMove] = []
        var speeds: [Int] = []
        var problems: [String] = []

        /// What is still to be played. A silence at the end, however short the limit was that met it, has been.
        var left: [Transcript.Step] { silenceWasHeard && steps.count == 1 ? [] : Array(steps) }

        /// A silence is over.
        mutating func pass() {
            steps.removeFirst()
            silenceWasHeard = false
            moves.append(.silence)
        }
    }

    private let delivery: ScriptDelivery
    private let noise: [UInt8]
    private let beginning = ContinuousClock.now
    private let state: Mutex<State>

    /// - Parameter noise: stands before each line that is delivered behind noise; bytes that begin no frame of the family.
    public init(_ transcript: Transcript, delivery: ScriptDelivery = .whole, noise: [UInt8] = [0xFF, 0x00]) {
        self.delivery = delivery
        self.noise = noise
        state = Mutex(State(steps: transcript.steps[...]))
    }

    /// The script's time, for the line over this port.
    public var time: Timekeeper {
        let beginsAt = Timekeeper.system.now()
        return Timekeeper(
            now: { beginsAt.addingTimeInterval(self.state.withLock(\.elapsed) / .seconds(1)) },
            uptime: { self.state.withLock(\.elapsed) },
            sleep: { pause in self.state.withLock { $0.elapsed += pause } }, beginning: beginning)
    }

    /// Every byte that was sent.
    public var sentBytes: [UInt8] { state.withLock { $0.sent } }
    /// Speeds that the driver set the line to, in baud, in order.
    public var speeds: [Int] { state.withLock { $0.speeds } }
    /// What went over the line, in order.
    public var moves: [ScriptMove] { state.withLock { $0.moves } }
    /// What of the script was not played.
    public var unplayed: [Transcript.Step] { state.withLock(\.left) }
    /// Where the driver left the script, and what of the script was not played.
    public var problems: [String] {
        state.withLock { state in
            state.problems + (state.left.isEmpty ? [] : ["not played: \(state.left.map { "\($0)" }.joined(separator: ", "))"])
        }
    }

    // MARK: Port

    public func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        let isGone = state.withLock { state in
            // A limit as short as a pause, or not waited for to its end.
            if case .silence = state.steps.first, case .sent = state.steps.dropFirst().first { state.pass() }
            state.sent += bytes
            let expected = state.steps.first
            state.moves.append(.sent(bytes, expected: expected))
            if expected != .sent(bytes) {
                state.problems.append("sent \(ByteText.hex(bytes)) where the script has \(expected.map { "\($0)" } ?? "its end")")
            }
            // Other bytes than the script's in their place: the encoder goes on as recorded, so that the rest can be compared too.
            if case .sent = expected { state.steps.removeFirst() }
            return state.isGone
        }
        // Tried, as a recording has it too.
        if isGone { throw Fault(.offline, detail: "the port is gone") }
    }

    public func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent {
        let event = state.withLock { state -> PortEvent? in
            let wait = deadline.map { $0 - beginning - state.elapsed } ?? Self.longestPause
            if case .silence = state.steps.first, state.silenceWasHeard, wait <= .zero { state.pass() }
            switch state.steps.first {
            case .received(let bytes):
                state.steps.removeFirst()
                return .bytes(deliver(bytes, &state))
            case .gone:
                state.isGone = true
                state.moves.append(.gone)
                state.steps.removeFirst()
                return nil
            case .silence where wait > Self.longestPause: state.pass()
            case .silence: state.silenceWasHeard = state.silenceWasHeard || wait > .zero
            case .sent, nil: break
            }
            guard !state.isGone, deadline != nil else { return nil }
            state.elapsed += max(.zero, wait)
            return .deadline
        }
        guard let event else { throw Fault(.offline, detail: "the port is gone") }
        return event
    }

    public func change(_ line: LineSettings) async throws(Fault) { state.withLock { $0.speeds.append(line.baud) } }
    public func wake() {}
    public func close() {}

    private func deliver(_ bytes: [UInt8], _ state: inout State) -> [UInt8] {
        switch delivery {
        case .whole:
            state.moves.append(.received(bytes))
            return bytes
        case .behindNoise:
            state.moves.append(.received(bytes))
            return noise + bytes
        case .glued:
            var glued = bytes
            state.moves.append(.received(bytes))
            while case .received(let more) = state.steps.first {
                glued += more
                state.moves.append(.received(more))
                state.steps.removeFirst()
            }
            return glued
        case .byteByByte:
            if bytes.count > 1 { state.steps.insert(.received(Array(bytes.dropFirst())), at: state.steps.startIndex) }
            state.moves.append(.received(Array(bytes.prefix(1))))
            return Array(bytes.prefix(1))
        }
    }
}
