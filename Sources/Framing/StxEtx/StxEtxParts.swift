// SPDX-License-Identifier: Apache-2.0

/// One message taken apart, with nothing stuffed into it: what checks are computed of.
struct StxEtxParts {
    /// As checks count it: without the DLE of DLE STX.
    var start: [UInt8]
    /// What stands before the count.
    var head: [UInt8] = []
    var length: [UInt8] = []
    var text: [UInt8]
    /// As checks count it: without the DLE of DLE ETX.
    var end: [UInt8]

    var body: [UInt8] { head + text }

    func covered(by scope: StxEtxCheck.Scope) -> [UInt8] {
        (scope.contains(.start) ? start : []) + head + (scope.contains(.length) ? length : []) + text + (scope.contains(.end) ? end : [])
    }
}

extension StxEtxParameters {
    /// A body as it is sent.
    func parts(ofBody body: some Collection<UInt8>) -> StxEtxParts {
        guard let count = length else { return parts(text: Array(body)) }
        let text = Array(body.dropFirst(count.offset))
        return parts(head: Array(body.prefix(count.offset)), length: count.bytes(text.count + countedBesideText(count)), text: text)
    }

    func parts(head: [UInt8] = [], length: [UInt8] = [], text: [UInt8]) -> StxEtxParts {
        StxEtxParts(start: checkedStart, head: head, length: length, text: text, end: ending.bytes.suffix(1))
    }

    /// The count's description, where there is one.
    var length: StxEtxLength? {
        if case .counted(let length, _) = ending { length } else { nil }
    }

    /// What a count tells beside the text.
    private func countedBesideText(_ length: StxEtxLength) -> Int {
        switch length.counts {
        case .text: 0
        case .textAndEnd: ending.bytes.count
        case .textAndCheck: check.width
        case .textEndAndCheck: ending.bytes.count + check.width
        case .frame: start.count + length.offset + length.width + ending.bytes.count + check.width
        }
    }

    /// How many bytes of text a count announces; `nil`: none that this line can have.
    func textLength(_ length: StxEtxLength, told: Int) -> Int? {
        let count = told - countedBesideText(length)
        return count >= 0 && length.offset + count <= maximumLength ? count : nil
    }

    private var checkedStart: [UInt8] {
        if case .pair(let lead, _) = ending, start.count == 2, start[0] == lead { [start[1]] } else { start }
    }

    /// Whether a message can have this body: short enough for the line and for the count in front of it, and without a byte that would
    /// end it or begin another one.
    public func canCarry(_ body: [UInt8]) -> Bool {
        guard body.count <= maximumLength else { return false }
        switch ending {
        case .pair: return true
        case .counted(let length, _):
            return body.count >= length.offset && body.count - length.offset + countedBesideText(length) <= length.largest
        case .byte(let end):
            let holdsStart = body.indices.contains { body[$0...].starts(with: start) }
            return !body.contains(end) && (!holdsStart || stuffing != nil)
        }
    }

    /// Bytes of the whole message from its first start byte, where nothing is stuffed.
    public func frameLength(ofBody count: Int) -> Int {
        start.count + (length?.width ?? 0) + count + ending.bytes.count + check.width
    }

    /// The most that a message can have on the wire.
    public var longestFrame: Int {
        leadIn.count + frameLength(ofBody: maximumLength) + (stuffing == nil ? 0 : maximumLength)
    }
}
