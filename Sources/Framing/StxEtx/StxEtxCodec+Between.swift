// SPDX-License-Identifier: Apache-2.0

/// What stands outside messages: control bytes, answers without a frame, noise.
extension StxEtxCodec {
    /// Reads what begins at `head` and is no start.
    mutating func betweenMessages() -> Attempt {
        if let lead = parameters.controlLead, buffer[head] == lead { return ledControl() }
        let byte = buffer[head]
        if suspect == 0 {
            if parameters.controlLead == nil, parameters.controls.contains(byte) { return control(width: 1) }
            if let separator = parameters.bareSeparator, Self.isPrintable(byte) { return bareLine(separator) }
            if case .byte(let end) = parameters.ending, byte == end { return lostFrame(endWidth: 1) }
            // Counted among the lost bytes it would make a good line look like a bad one.
            if parameters.leadIn.contains(byte) {
                pass(to: head + 1)
                return .goOn
            }
        }
        discard(upTo: head + 1)
        return .goOn
    }

    private mutating func ledControl() -> Attempt {
        guard head + 1 < buffer.count else {
            guard isQuiet else { return .unfinished }
            discard(upTo: head + 1)
            return .goOn
        }
        if suspect == 0 {
            if parameters.controls.contains(buffer[head + 1]) { return control(width: 2) }
            if case .pair(let lead, let end) = parameters.ending, buffer[head] == lead, buffer[head + 1] == end {
                return lostFrame(endWidth: 2)
            }
        }
        discard(upTo: head + 1)
        return .goOn
    }

    private mutating func control(width: Int) -> Attempt {
        let byte = buffer[head + width - 1]
        pass(to: head + width)
        return .decoded(.frame(.control(byte)))
    }

    /// An end without a beginning takes the check behind it along.
    private mutating func lostFrame(endWidth: Int) -> Attempt {
        discard(upTo: head + endWidth)
        if parameters.checkPlace == .behindEnd { suspect = parameters.check.width }
        return .goOn
    }

    /// An answer without start, check and end. Only a separator at its end tells it from noise and from a frame that lost its start.
    private mutating func bareLine(_ separator: UInt8) -> Attempt {
        var index = head + searched
        while index < buffer.count, Self.isPrintable(buffer[index]), index - head < parameters.maximumLength { index += 1 }
        if index == buffer.count, !isQuiet {
            searched = index - head
            return .unfinished
        }
        let line = Array(buffer[head..<index])
        let isEnded = index == buffer.count || [ControlByte.cr, ControlByte.lf].contains(buffer[index])
        guard isEnded, line.contains(separator) else {
            discard(upTo: index)
            return .goOn
        }
        guard line.last == separator else {
            discard(upTo: index)
            return .decoded(.damaged("a line without its end"))
        }
        pass(to: index)
        return .decoded(.frame(.message(line)))
    }

    private static func isPrintable(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) }
}
