// SPDX-License-Identifier: Apache-2.0
import EncoderModel

extension Dialogue {
    /// What the running daemon found when it asked.
    public init(_ status: EncoderStatus) {
        switch status.state {
        case .ready, .busy:
            let identity = status.identity
            let words = [identity?.model, identity?.firmware, identity?.serial].compactMap(\.self)
            self = .answered(words.isEmpty ? "it answers the running bridge" : words.joined(separator: ", "))
        case .faulted: self = status.lastFault.map { Dialogue($0.fault) } ?? .notAsked
        case .absent, .opening: self = .notAsked
        }
    }

    /// A fault of the question who it is. A missing answer is `timeout` or, where the family counts it as not being there, `offline`.
    public init(_ fault: Fault) {
        switch fault.kind {
        case .timeout: self = .silent
        case .offline where fault.detail?.contains("answer") == true: self = .silent
        case .malformedReply: self = .noise(bytes: Int(fault.detail?.prefix { $0.isNumber } ?? "") ?? 0, like: [])
        default: self = .failed(fault)
        }
    }
}
