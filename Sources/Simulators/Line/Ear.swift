// SPDX-License-Identifier: Apache-2.0
import Framing

/// How a device hears: a frame that was begun and does not go on is over after a while, as in every real encoder. One byte of noise that
/// looks like the beginning of a frame would else swallow all that the host says from then on.
struct Ear: Sendable {
    private var last: Duration?

    mutating func hear<Codec: FrameCodec>(_ bytes: [UInt8], at now: Duration, into codec: inout Codec) {
        if let last, let quiet = codec.endedBySilence, now - last >= quiet {
            codec.silence()
            while codec.next() != nil {}
        }
        last = now
        codec.receive(bytes)
    }
}
