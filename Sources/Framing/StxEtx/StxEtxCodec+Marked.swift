// SPDX-License-Identifier: Apache-2.0

/// Messages whose end is a byte or a pair of bytes.
extension StxEtxCodec {
    private enum Unit {
        /// So many bytes of content.
        case content(Int)
        case end(width: Int)
        case start
        /// A control byte with its lead, which no text can hold.
        case control
        /// A lead byte that leads nothing.
        case stray
        /// The next byte decides.
        case undecided
    }

    private func unit(at index: Int) -> Unit {
        let byte = buffer[index]
        let following = index + 1 < buffer.count ? buffer[index + 1] : nil
        switch parameters.ending {
        case .pair(let lead, let end):
            guard byte == lead else { return .content(1) }
            guard let following else { return .undecided }
            if following == end { return .end(width: 2) }
            if following == lead { return .content(2) }
            if parameters.start == [lead, following] { return .start }
            return parameters.controlLead == lead && parameters.controls.contains(following) ? .control : .stray
        case .byte(let end):
            if byte == end { return .end(width: 1) }
            switch start(at: index) {
            case .undecided: return .undecided
            case .yes: return .start
            case .no: break
            }
            guard let stuffing = parameters.stuffing, byte == stuffing.byte else { return .content(1) }
            guard let following else { return .undecided }
            return .content(following == stuffing.follower ? 2 : 1)
        case .counted: return .content(1)
        }
    }

    /// Reads the message that begins at `head`.
    mutating func marked() -> Attempt {
        let beginning = head + parameters.start.count
        let longest = (parameters.maximumLength + (parameters.checkPlace == .beforeEnd ? parameters.check.width : 0))
        var index = max(beginning, head + searched)
        scanning: while index < buffer.count {
            switch unit(at: index) {
            case .end(let width): return marked(beginning..<index, behindEnd: index + width)
            case .start:
                discard(upTo: index)
                return .goOn
            case .control:
                discard(upTo: index)
                return .decoded(.damaged("broken off"))
            case .stray: return fail("a lead byte alone in the body", upTo: index + 1)
            case .undecided: break scanning
            case .content(let width):
                if index - beginning >= longest * (parameters.stuffing == nil ? 1 : 2) {
                    discard(upTo: index)
                    return .decoded(.damaged("no end after \(parameters.maximumLength) bytes"))
                }
                index += width
            }
        }
        searched = index - head
        return .unfinished
    }

    private mutating func marked(_ inside: Range<Int>, behindEnd: Int) -> Attempt {
        var content = buffer[inside]
        if case .byte = parameters.ending, !parameters.ignorable.isEmpty {
            content = content.filter { !parameters.ignorable.contains($0) }[...]
        }
        if let stuffing = parameters.stuffing { content = stuffing.unstuff(content)[...] }
        let width = parameters.check.width
        if parameters.checkPlace == .beforeEnd {
            let isSkipped = parameters.skipMark != nil && content.last == parameters.skipMark
            let check = content.suffix(isSkipped ? 1 : width)
            return conclude(
                parameters.parts(text: Array(content.dropLast(check.count))), check: check, mayBeSkipped: true, behind: behindEnd)
        }
        let check = buffer[behindEnd...].prefix(width)
        let isSkipped = width > 0 && parameters.skipMark != nil && check.first == parameters.skipMark
        guard isSkipped || check.count == width else {
            searched = inside.upperBound - head
            return .unfinished
        }
        return conclude(
            parameters.parts(text: Array(content)), check: check, mayBeSkipped: width > 0, behind: behindEnd + (isSkipped ? 1 : width))
    }
}
