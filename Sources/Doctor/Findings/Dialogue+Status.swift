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

    /// A fault of the question who it is. What the line heard decides: a missing answer is `timeout` or, where the family counts it as not
    /// being there, `offline`.
    public init(_ fault: Fault) {
        switch (fault.kind, fault.heard) {
        case (_, .nothing?): self = .silent
        case (_, .noise(let bytes)?): self = .noise(bytes: bytes, like: [])
        case (.timeout, nil): self = .silent
        case (.malformedReply, nil): self = .noise(bytes: 0, like: [])
        default: self = .failed(fault)
        }
    }
}
