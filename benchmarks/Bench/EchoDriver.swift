// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Framing
import Ports

/// Frames of 16 bytes, whatever they hold.
struct FixedCodec: FrameCodec {
    private var bytes: [UInt8] = []
    var discardedBytes: Int { 0 }
    var pendingBytes: Int { bytes.count }
    func encode(_ frame: [UInt8]) -> [UInt8] { frame }
    mutating func receive(_ bytes: [UInt8]) { self.bytes += bytes }
    mutating func next() -> Decoded<[UInt8]>? {
        guard bytes.count >= 16 else { return nil }
        defer { bytes.removeFirst(16) }
        return .frame(Array(bytes.prefix(16)))
    }
    mutating func reset() { bytes = [] }
}

/// A driver that exchanges frames when the measurement asks it to, in place of identifying an encoder.
struct EchoDriver: EncoderDriver {
    static let manifest = DriverManifest(
        name: "echo", title: "Echo", kind: .raw, capabilities: [], ports: [.tty], line: LineSettings(baud: 115_200), settings: [],
        models: [], hardwareNote: "")
    let gate = MeasurementGate()
    var lateAnswerWindow: Duration { .zero }

    init() {}
    init(settings: DriverSettings) throws(SettingsFault) {}
    func makeCodec(for port: PortKind) -> FixedCodec { FixedCodec() }
    func timeLimit(for task: EncoderTask) -> Duration { .seconds(3600) }

    func identify(on link: some Link<[UInt8]>) async throws(Fault) -> EncoderIdentity {
        let frame = [UInt8](repeating: 0x55, count: 16)
        while let count = await gate.nextBlock() {
            var times: [UInt64] = []
            times.reserveCapacity(count)
            for _ in 0..<count {
                let start = ContinuousClock.now
                _ = try await link.exchange(Command("echo", frame), within: .seconds(5))
                times.append(nanoseconds(ContinuousClock.now - start))
            }
            await gate.finished(times)
        }
        return EncoderIdentity()
    }

    func perform(_ task: EncoderTask, on link: some Link<[UInt8]>, progress: some TaskProgress) async throws(Fault) -> TaskResult {
        throw Fault(.rejected(reason: "the echo cuts no keys"))
    }
}

/// Where the measurement hands a block to the driver and takes its times back.
actor MeasurementGate {
    private let blocks = AsyncStream<Int>.makeStream()
    private let results = AsyncStream<[UInt64]>.makeStream()
    private var blockIterator: AsyncStream<Int>.Iterator?

    func measure(_ count: Int) async -> [UInt64] {
        blocks.continuation.yield(count)
        for await times in results.stream { return times }
        return []
    }

    nonisolated func nextBlock() async -> Int? {
        for await count in blocks.stream { return count }
        return nil
    }

    nonisolated func finished(_ times: [UInt64]) async { results.continuation.yield(times) }
}
