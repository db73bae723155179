// SPDX-License-Identifier: Apache-2.0

/// Messages that tell their length.
extension StxEtxCodec {
    /// Reads the message that begins at `head`.
    mutating func counted(_ length: StxEtxLength, end: UInt8?) -> Attempt {
        let field = head + parameters.start.count + length.offset
        let beginning = field + length.width
        guard beginning <= buffer.count else { return .unfinished }
        guard let count = parameters.textLength(length, told: length.number(buffer[field..<beginning])) else {
            return fail("no such length", upTo: beginning)
        }
        let behindText: Int
        switch text(from: beginning, count: count) {
        case .unfinished: return .unfinished
        case .start(let index):
            discard(upTo: index)
            return .goOn
        case .whole(let index): behindText = index
        }
        let checkWidth = parameters.check.width
        let behind = behindText + checkWidth + (end == nil ? 0 : 1)
        guard behind <= buffer.count else { return .unfinished }
        let checkAt = parameters.checkPlace == .beforeEnd || end == nil ? behindText : behindText + 1
        if let end, buffer[parameters.checkPlace == .beforeEnd ? behindText + checkWidth : behindText] != end {
            return fail("no end where the length says", upTo: behind)
        }
        let parts = parameters.parts(
            head: Array(buffer[head + parameters.start.count..<field]), length: Array(buffer[field..<beginning]),
            text: parameters.stuffing?.unstuff(buffer[beginning..<behindText]) ?? Array(buffer[beginning..<behindText]))
        return conclude(parts, check: buffer[checkAt..<checkAt + checkWidth], mayBeSkipped: checkWidth == 1, behind: behind)
    }

    private enum Text {
        case unfinished
        /// A start that the text cannot hold: the rest of this message was lost.
        case start(Int)
        case whole(behind: Int)
    }

    /// Where so many bytes of text end, those not counted that were stuffed between them.
    private func text(from beginning: Int, count: Int) -> Text {
        guard let stuffing = parameters.stuffing else {
            return beginning + count <= buffer.count ? .whole(behind: beginning + count) : .unfinished
        }
        var index = beginning
        for _ in 0..<count {
            guard index < buffer.count else { return .unfinished }
            guard buffer[index] == stuffing.byte else {
                index += 1
                continue
            }
            guard index + 1 < buffer.count else { return .unfinished }
            if case .yes = start(at: index) { return .start(index) }
            index += buffer[index + 1] == stuffing.follower ? 2 : 1
        }
        return .whole(behind: index)
    }
}
