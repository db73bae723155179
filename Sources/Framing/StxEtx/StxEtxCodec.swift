// SPDX-License-Identifier: Apache-2.0

/// Frames of the form STX body ETX check, and single control bytes between them.
///
/// Three rules that are easy to get wrong:
/// - Whatever stands behind the end byte **is** the check, also where it looks like STX, ETX, ENQ, ACK, NAK or a carriage return.
/// - A start byte inside a body begins the frame anew: no protocol of this form has one there, so the end of the frame before was lost.
/// - Control bytes inside a wreck are not frames. A flipped bit makes NAK of a `U`, and a NAK out of nowhere could make the bridge
///   send an order to cut a key a second time. So after a wrong check the codec looks only for the next start byte in it, and
///   an end byte without a beginning takes the byte behind it along: that was the check of a frame whose start got lost.
public struct StxEtxCodec: FrameCodec {
    public let parameters: StxEtxParameters
    public private(set) var discardedBytes = 0
    private var buffer: [UInt8] = []
    /// Where the bytes that are not yet decoded begin in `buffer`.
    private var head = 0
    /// How far behind `head` an unfinished body has been searched for its end, so that single bytes do not cost a new search.
    private var searched = 0
    private var endWithoutStart = false

    public init(_ parameters: StxEtxParameters) {
        self.parameters = parameters
    }

    /// Bytes that wait for the rest of their frame.
    public var pendingBytes: Int { buffer.count - head }

    /// A body that holds the start or end byte cannot be told from two frames: whoever builds bodies keeps them out
    /// (``SeparatedFields`` does).
    public func encode(_ frame: StxEtxFrame) -> [UInt8] {
        switch frame {
        case .control(let byte):
            return [byte]
        case .message(let body):
            let check = parameters.checkByte(of: body).map { [$0] } ?? []
            return [parameters.start] + body + [parameters.end] + check
        }
    }

    public mutating func receive(_ bytes: [UInt8]) {
        if head > 0 {
            buffer.removeFirst(head)
            head = 0
        }
        buffer.append(contentsOf: bytes)
    }

    public mutating func reset() {
        buffer.removeAll()
        head = 0
        searched = 0
        endWithoutStart = false
    }

    public mutating func next() -> Decoded<StxEtxFrame>? {
        while head < buffer.count {
            let byte = buffer[head]
            let isCheckOfLostFrame = endWithoutStart
            endWithoutStart = false
            if byte == parameters.start {
                switch message() {
                case .unfinished: return nil
                case .restart: continue
                case .decoded(let decoded): return decoded
                }
            }
            head += 1
            if !isCheckOfLostFrame {
                if parameters.controls.contains(byte) { return .frame(.control(byte)) }
                endWithoutStart = byte == parameters.end && parameters.check != .none
            }
            discardedBytes += 1
        }
        return nil
    }

    private enum Attempt {
        case unfinished
        /// A later start byte took over: look again from there.
        case restart
        case decoded(Decoded<StxEtxFrame>)
    }

    /// Reads the message that begins at `head`.
    private mutating func message() -> Attempt {
        var index = head + max(searched, 1)
        while index < buffer.count, buffer[index] != parameters.end {
            if buffer[index] == parameters.start {
                discard(upTo: index)
                return .restart
            }
            if index - head > parameters.maximumLength {
                discard(upTo: index)
                return .decoded(.damaged("no end after \(parameters.maximumLength) bytes"))
            }
            index += 1
        }
        guard index < buffer.count else {
            searched = index - head
            return .unfinished
        }
        searched = 0
        let body = buffer[(head + 1)..<index].filter { !parameters.ignorable.contains($0) }
        let hasStrayControl = body.contains { $0 < 0x20 && !parameters.controlsInBody.contains($0) }
        guard let expected = parameters.checkByte(of: body) else {
            guard !hasStrayControl else {
                discard(upTo: index + 1)
                return .decoded(.damaged("control byte in the body"))
            }
            head = index + 1
            return .decoded(.frame(.message(body)))
        }
        let checkPlace = index + 1
        guard checkPlace < buffer.count else {
            searched = index - head
            return .unfinished
        }
        let check = buffer[checkPlace]
        if !hasStrayControl, check == expected || check == parameters.skipMark {
            head = checkPlace + 1
            return .decoded(.frame(.message(body)))
        }
        // If the check itself was lost, the next frame's start stands in its place and must not be eaten.
        discard(upTo: check == parameters.start ? checkPlace : checkPlace + 1)
        return .decoded(.damaged(hasStrayControl ? "control byte in the body" : "wrong check byte"))
    }

    private mutating func discard(upTo index: Int) {
        discardedBytes += index - head
        head = index
        searched = 0
    }
}
