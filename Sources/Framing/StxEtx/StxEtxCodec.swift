// SPDX-License-Identifier: Apache-2.0

/// Frames of the form STX body ETX check (or STX body check ETX), and single control bytes between them.
///
/// Three rules that are easy to get wrong:
/// - Whatever stands behind the end byte **is** the check, also where it looks like STX, ETX, ENQ, ACK, NAK or a carriage return.
/// - A start inside a body begins the frame anew: no protocol of this form has one there, so the end of the frame before was lost.
/// - Control bytes inside a wreck are not frames. A flipped bit makes NAK of a `U`, and a NAK out of nowhere could make the bridge
///   send an order to cut a key a second time. So after a wrong check the codec looks only for the next start in it, and
///   an end byte without a beginning takes the check behind it along: that of a frame whose start got lost.
public struct StxEtxCodec: FrameCodec {
    public let parameters: StxEtxParameters
    public private(set) var discardedBytes = 0
    private var buffer: [UInt8] = []
    /// Where the bytes that are not yet decoded begin in `buffer`.
    private var head = 0
    /// How far behind `head` an unfinished body has been searched for its end, so that single bytes do not cost a new search.
    private var searched = 0
    /// Bytes from `head` on that are the check of a frame without a beginning.
    private var orphanedCheck = 0

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
            let check = parameters.check.bytes(of: body, start: parameters.start, end: parameters.end)
            let end = [parameters.end]
            return parameters.start + body + (parameters.checkPlace == .beforeEnd ? check + end : end + check)
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
        orphanedCheck = 0
    }

    public mutating func next() -> Decoded<StxEtxFrame>? {
        while head < buffer.count {
            let isCheckOfLostFrame = orphanedCheck > 0
            switch start(at: head) {
            case .undecided: return nil
            case .yes:
                orphanedCheck = 0
                switch message() {
                case .unfinished: return nil
                case .restart: continue
                case .decoded(let decoded): return decoded
                }
            case .no: break
            }
            let byte = buffer[head]
            head += 1
            if isCheckOfLostFrame {
                orphanedCheck -= 1
            } else {
                if parameters.controls.contains(byte) { return .frame(.control(byte)) }
                if byte == parameters.end, parameters.checkPlace == .behindEnd { orphanedCheck = parameters.check.width }
            }
            discardedBytes += 1
        }
        return nil
    }

    private enum Beginning {
        case yes, no
        /// The first of two start bytes is the last byte there is.
        case undecided
    }

    private func start(at index: Int) -> Beginning {
        guard buffer[index] == parameters.start[0] else { return .no }
        guard parameters.start.count == 2 else { return .yes }
        guard index + 1 < buffer.count else { return .undecided }
        return buffer[index + 1] == parameters.start[1] ? .yes : .no
    }

    private enum Attempt {
        case unfinished
        /// A later start took over: look again from there.
        case restart
        case decoded(Decoded<StxEtxFrame>)
    }

    /// Reads the message that begins at `head`.
    private mutating func message() -> Attempt {
        let beginning = head + parameters.start.count
        var index = max(beginning, head + searched)
        while index < buffer.count, buffer[index] != parameters.end {
            let start = start(at: index)
            if case .undecided = start { break }
            if case .yes = start {
                discard(upTo: index)
                return .restart
            }
            if index - beginning >= parameters.maximumLength + (parameters.checkPlace == .beforeEnd ? parameters.check.width : 0) {
                discard(upTo: index)
                return .decoded(.damaged("no end after \(parameters.maximumLength) bytes"))
            }
            index += 1
        }
        guard index < buffer.count, buffer[index] == parameters.end else {
            searched = index - head
            return .unfinished
        }
        return parameters.checkPlace == .beforeEnd ? checkBefore(end: index, beginning) : checkBehind(end: index, beginning)
    }

    private mutating func checkBefore(end: Int, _ beginning: Int) -> Attempt {
        let content = buffer[beginning..<end].filter { !parameters.ignorable.contains($0) }
        if let skipMark = parameters.skipMark, content.last == skipMark {
            return conclude(content.dropLast(), isChecked: true, behind: end + 1)
        }
        let body = content.dropLast(parameters.check.width)
        let check = content.suffix(parameters.check.width)
        return conclude(body, isChecked: parameters.check.agree(check, parameters.expectedCheck(of: body)), behind: end + 1)
    }

    private mutating func checkBehind(end: Int, _ beginning: Int) -> Attempt {
        let body = buffer[beginning..<end].filter { !parameters.ignorable.contains($0) }[...]
        let width = parameters.check.width
        let check = buffer[(end + 1)...].prefix(width)
        if width > 0, let skipMark = parameters.skipMark, check.first == skipMark {
            return conclude(body, isChecked: true, behind: end + 2)
        }
        guard check.count == width else {
            searched = end - head
            return .unfinished
        }
        let isChecked = parameters.check.agree(check, parameters.expectedCheck(of: body))
        // If the check itself was lost, the next frame's start stands in its place and must not be eaten with the wreck.
        return conclude(body, isChecked: isChecked, behind: end + 1 + width, wreckEnds: check.firstIndex(of: parameters.start[0]))
    }

    private mutating func conclude(_ body: ArraySlice<UInt8>, isChecked: Bool, behind next: Int, wreckEnds: Int? = nil) -> Attempt {
        let hasStrayControl = body.contains { $0 < 0x20 && !parameters.controlsInBody.contains($0) }
        guard isChecked, !hasStrayControl else {
            discard(upTo: wreckEnds ?? next)
            return .decoded(.damaged(hasStrayControl ? "control byte in the body" : "wrong check byte"))
        }
        head = next
        searched = 0
        return .decoded(.frame(.message(Array(body))))
    }

    private mutating func discard(upTo index: Int) {
        discardedBytes += index - head
        head = index
        searched = 0
    }
}
