// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// The link that a session hands to its driver: every call runs on the session's own thread.
struct SessionLink<Driver: EncoderDriver>: Link {
    typealias Frame = Driver.Codec.Frame
    let session: EncoderSession<Driver>

    func exchange(_ command: Command<Frame>, within limit: Duration) async throws(Fault) -> Frame {
        try await session.exchange(command, within: limit)
    }

    func expect(
        within limit: Duration, repair: Command<Frame>?, provesOrder: @Sendable (Frame) -> Bool
    ) async throws(Fault) -> Frame {
        try await session.expect(within: limit, repair: repair, provesOrder: provesOrder)
    }

    func rest(_ length: Duration) async throws(Fault) {
        try await session.pause(length)
    }

    func changeSpeed(_ baud: Int) async throws(Fault) {
        try await session.changeSpeed(baud)
    }

    func send(_ command: Command<Frame>) async throws(Fault) {
        try await session.send(command)
    }
}
