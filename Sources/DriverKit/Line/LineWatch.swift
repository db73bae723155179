// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing

/// Is told what goes over a line, while it goes: of what kind each frame is and how long, never what stands in it.
public protocol LineWatch: Sendable {
    /// - Parameter bytes: on the line, with all that is around what it says.
    func passed(_ direction: LineFrame.Direction, _ kind: String, bytes: Int)
    /// What came is no frame: a bad check, one that was cut off, noise between two.
    func damaged(_ why: String, bytes: Int)
}

extension Line {
    /// The bytes of a frame that goes out now.
    func encoded(_ frame: Frame, as name: String? = nil) -> [UInt8] {
        let bytes = codec.encode(frame)
        watch?.passed(.sent, name ?? driver.kind(of: frame), bytes: bytes.count)
        return bytes
    }

    /// The next thing in what was heard.
    func heardNext() -> Decoded<Frame>? {
        guard let watch else { return codec.next() }
        let (pending, discarded) = (codec.pendingBytes, codec.discardedBytes)
        let next = codec.next()
        let noise = codec.discardedBytes - discarded
        let bytes = max(0, pending - codec.pendingBytes - noise)
        switch next {
        case .damaged(let why)?: watch.damaged(why, bytes: bytes + noise)
        default: if noise > 0 { watch.damaged(LineFrame.noise, bytes: noise) }
        }
        if case .frame(let frame)? = next { watch.passed(.received, driver.kind(of: frame), bytes: bytes) }
        return next
    }
}
