// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import TestKit
import Testing

@testable import BridgeCore

/// What went over the line last, as a technician may see it.
@Suite(.timeLimit(.minutes(6))) struct FrameTrailTests {
    private let trail = FrameTrail(now: { Date(timeIntervalSince1970: 0) })

    @Test func trail_keepsTheLastFrames_inTheirOrder() {
        for number in 0..<100 { trail.passed(.sent, "frame \(number)", bytes: number) }
        #expect(trail.frames.map(\.bytes) == Array(60..<100))
        #expect(trail.frames.last?.kind == "frame 99")
    }

    @Test func kind_isCut_whenItIsLong() {
        trail.passed(.received, String(repeating: "A", count: 5000), bytes: 5000)
        #expect(trail.frames.map(\.kind.count) == [80])
    }

    @Test func noise_isOneRow_whenItComesByteByByte() {
        trail.passed(.sent, "ENQ", bytes: 1)
        for _ in 0..<200 { trail.passed(.received, LineFrame.noise, bytes: 1) }
        #expect(trail.frames.map(\.bytes) == [1, 200])
    }

    @Test func whatIsNoFrame_isCounted_andShownLikeOne() {
        trail.passed(.received, "ACK", bytes: 1)
        #expect(trail.errors == 0)
        trail.damaged("check is 41, not 42", bytes: 12)
        for _ in 0..<2 { trail.damaged(LineFrame.noise, bytes: 1) }
        #expect(trail.errors == 3)
        #expect(trail.frames.map(\.bytes) == [1, 12, 2])
    }

    @Test func questionsOfAnIdleEncoder_doNotPushOutAJob() {
        for number in 0..<30 { trail.passed(.sent, "job \(number)", bytes: 1) }
        for round in 0..<50 {
            trail.beginRoutine()
            for _ in 0..<4 { trail.passed(.sent, "look \(round)", bytes: 1) }
            trail.endRoutine()
        }
        #expect(trail.frames.count { $0.kind.hasPrefix("job") } == 30)
        #expect(trail.frames.suffix(4).allSatisfy { $0.kind == "look 49" })
    }

    @Test func session_tellsWhatWentOverItsLine_withoutContent() async throws {
        let device = RawToyDevice(card: "A1")
        let bench = await Bench(driver: RawToyDriver(), device: device.device)
        #expect(await bench.reaches(.ready))
        #expect(try await bench.cut(image: .magnetic(MagneticImage(tracks: [1: "SECRET"]))).state == .done)
        let frames = try #require(await bench.queue.frames(of: "desk"))
        #expect(frames.first?.direction == .sent && frames.first?.bytes == 3)
        #expect(frames.contains { $0.direction == .received && $0.kind == "frame" })
        #expect(!frames.contains { $0.kind.contains("SECRET") }, "\(frames.map(\.kind))")
        #expect(await bench.queue.frames(of: "attic") == nil)
    }
}
