// SPDX-License-Identifier: Apache-2.0

/// Messages between a start and an end (STX body ETX check, DLE STX body DLE ETX check, start length body check), and single control
/// bytes between them.
///
/// Four rules that are easy to get wrong:
/// - Whatever stands behind the end byte **is** the check, also where it looks like STX, ETX, ENQ, ACK, NAK or a carriage return.
/// - A start inside a body begins the frame anew where a body cannot hold one: the end of the frame before was lost.
/// - Control bytes inside a wreck are not frames. A flipped bit makes NAK of a `U`, and a NAK out of nowhere could make the bridge
///   send an order to cut a key a second time. So after a wrong check the codec looks only for the next start in it, and
///   an end byte without a beginning takes the check behind it along: that of a frame whose start got lost.
/// - What has begun and does not go on is over: a wreck must not swallow the acknowledgements of the next order.
public struct StxEtxCodec: FrameCodec {
    /// No encoder pauses so long inside a message, nor does a serial server on a network.
    private static let brokenOff = Duration.milliseconds(500)

    public let parameters: StxEtxParameters
    public internal(set) var discardedBytes = 0
    var buffer: [UInt8] = []
    /// Where the bytes that are not yet decoded begin in `buffer`.
    var head = 0
    /// How far behind `head` an unfinished body has been searched for its end, so that single bytes do not cost a new search.
    var searched = 0
    /// So many bytes from `head` on are remains of a damaged message, or the check of one without a beginning: only a start counts
    /// there. After a damaged message whose length was told, nobody knows where it ends: all of them, until a good one or a silence.
    var suspect = 0
    /// Nothing follows what is in hand.
    var isQuiet = false
    var heardScope = HeardScope()

    public init(_ parameters: StxEtxParameters) {
        self.parameters = parameters
    }

    public static func kind(of frame: StxEtxFrame) -> String { frame.kind }

    /// Bytes that wait for the rest of their frame.
    public var pendingBytes: Int { buffer.count - head }

    /// Where the end is a byte, a body that holds it or the start cannot be told from two frames: whoever builds bodies keeps them out
    /// (``SeparatedFields`` does). ``StxEtxParameters/canCarry(_:)`` says which lengths there are.
    public func encode(_ frame: StxEtxFrame) -> [UInt8] {
        switch frame {
        case .control(let byte):
            return [parameters.controlLead, byte].compactMap(\.self)
        case .message(let body):
            let parts = parameters.parts(ofBody: body)
            let check = parameters.check.bytes(of: parts)
            let end = parameters.ending.bytes
            let text = parameters.stuffing?.stuff(parts.text) ?? parts.text
            return parameters.leadIn + parameters.start + parts.head + parts.length + text
                + (parameters.checkPlace == .beforeEnd ? check + end : end + check)
        }
    }

    public mutating func receive(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        isQuiet = false
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
        suspect = 0
        isQuiet = false
        heardScope = HeardScope()
    }

    public var endedBySilence: Duration? { pendingBytes > 0 || suspect > 0 ? Self.brokenOff : nil }

    public mutating func silence() {
        isQuiet = pendingBytes > 0
        if !isQuiet { suspect = 0 }
    }

    public mutating func next() -> Decoded<StxEtxFrame>? {
        while head < buffer.count {
            var attempt: Attempt
            switch start(at: head) {
            case .undecided: return nil
            case .yes: attempt = message()
            case .no: attempt = betweenMessages()
            }
            if case .unfinished = attempt {
                guard isQuiet else { return nil }
                attempt = fail("broken off", upTo: buffer.count)
            }
            if case .decoded(let decoded) = attempt { return decoded }
        }
        if isQuiet {
            isQuiet = false
            suspect = 0
        }
        return nil
    }

    // MARK: Parts

    enum Attempt {
        case unfinished
        /// Nothing yet, but `head` has moved: look again from there.
        case goOn
        case decoded(Decoded<StxEtxFrame>)
    }

    enum Beginning {
        case yes, no
        /// The first of two start bytes is the last byte there is.
        case undecided
    }

    func start(at index: Int) -> Beginning {
        guard buffer[index] == parameters.start[0] else { return .no }
        guard parameters.start.count == 2 else { return .yes }
        guard index + 1 < buffer.count else { return isQuiet ? .no : .undecided }
        return buffer[index + 1] == parameters.start[1] ? .yes : .no
    }

    /// Reads the message that begins at `head`.
    private mutating func message() -> Attempt {
        if case .counted(let length, let end) = parameters.ending { return counted(length, end: end) }
        return marked()
    }

    /// The last steps of a message that is there as a whole.
    mutating func conclude(_ parts: StxEtxParts, check: ArraySlice<UInt8>, mayBeSkipped: Bool, behind next: Int) -> Attempt {
        let isSkipped = mayBeSkipped && check.first != nil && check.first == parameters.skipMark
        let candidates = parameters.heardChecks.isEmpty ? [parameters.check] : parameters.heardChecks
        guard !parts.text.contains(where: { $0 < 0x20 && !parameters.controlsInBody.contains($0) }) else {
            return fail("control byte in the body", upTo: next)
        }
        guard isSkipped || heardScope.believes(check, of: parts, candidates) else { return fail("wrong check byte", upTo: next) }
        pass(to: next)
        if suspect == .max { suspect = 0 }
        return .decoded(.frame(.message(parts.body)))
    }

    /// Drops a damaged message, but no start that stands in it: if a part of it was lost, that of the next one may have been taken for it.
    mutating func fail(_ why: String, upTo next: Int) -> Attempt {
        let restart = (head + 1..<max(next, head + 1)).first { if case .no = start(at: $0) { false } else { true } }
        discard(upTo: restart ?? next)
        suspect = parameters.length == nil ? next - head : .max
        return .decoded(.damaged(why))
    }

    mutating func discard(upTo index: Int) {
        discardedBytes += index - head
        pass(to: index)
    }

    mutating func pass(to index: Int) {
        if suspect < .max { suspect = max(0, suspect - (index - head)) }
        head = index
        searched = 0
    }
}
