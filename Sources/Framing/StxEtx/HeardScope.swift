// SPDX-License-Identifier: Apache-2.0

/// Which of several scopes the other side's check has, learned from what it says.
///
/// Where two scopes differ by one byte, one flipped bit can make a check of the one into a check of the other. So the first message
/// that fits settles it, and another scope is believed only when it comes twice running, which is what a repeated message does.
struct HeardScope: Sendable {
    private var settled: StxEtxCheck?
    private var rival: StxEtxCheck?

    /// Whether a received check is believed.
    mutating func believes(_ check: ArraySlice<UInt8>, of parts: StxEtxParts, _ candidates: [StxEtxCheck]) -> Bool {
        let fitting = candidates.filter { $0.agrees(check, with: parts) }
        guard let first = fitting.first else { return false }
        guard candidates.count > 1 else { return true }
        if let settled, !fitting.contains(settled), rival != first {
            rival = first
            return false
        }
        if settled.map(fitting.contains) != true { settled = first }
        rival = nil
        return true
    }
}
