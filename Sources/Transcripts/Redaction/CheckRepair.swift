// SPDX-License-Identifier: Apache-2.0
import Framing

/// Makes the check bytes of a frame right again after some of its bytes were replaced. Where the check stands and how it is computed
/// only the family's codec knows: so the likely bytes are tried from the end on until the codec takes the frame.
struct CheckRepair<Codec: FrameCodec>: Sendable {
    /// A codec that has received nothing.
    let codec: Codec

    /// - Returns: bytes that the codec reads as as many good frames as the original; `changed` as it is where the codec finds no frame in
    ///   the original either (then there is no check to keep); `nil` where no byte could be found.
    func repaired(_ changed: [UInt8], original: [UInt8]) -> [UInt8]? {
        let wanted = frames(original)
        guard changed.count == original.count, changed != original, wanted.good > 0, wanted.damaged == 0 else { return changed }
        if isGood(changed, wanted) { return changed }
        let places = changed.indices.filter { changed[$0] != original[$0] }
        guard let last = places.last else { return changed }
        let flip = places.reduce(UInt8(0)) { $0 ^ changed[$1] ^ original[$1] }
        let sum = places.reduce(UInt8(0)) { $0 &+ changed[$1] &- original[$1] }
        for place in changed.indices.reversed() where place > last {
            for check in [original[place] ^ flip, original[place] &- sum, original[place] &+ sum] {
                var tried = changed
                tried[place] = check
                if isGood(tried, wanted) { return tried }
            }
        }
        return nil
    }

    private func isGood(_ bytes: [UInt8], _ wanted: (good: Int, damaged: Int)) -> Bool { frames(bytes) == wanted }

    private func frames(_ bytes: [UInt8]) -> (good: Int, damaged: Int) {
        var codec = codec
        codec.receive(bytes)
        var found = (good: 0, damaged: 0)
        while let next = codec.next() {
            if case .frame = next { found.good += 1 } else { found.damaged += 1 }
        }
        return found
    }
}
