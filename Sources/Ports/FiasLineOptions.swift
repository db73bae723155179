// SPDX-License-Identifier: Apache-2.0
import Framing

/// That a port is a FIAS link, which several encoders share: one owner keeps the link and gives each its answers.
public struct FiasLineOptions: Sendable, Hashable {
    /// Whether records carry a check byte; `nil`: on serial lines, as the text has it.
    public var check: Bool?
    /// Whether records are acknowledged; `nil`: on serial lines.
    public var acknowledges: Bool?

    public init(check: Bool? = nil, acknowledges: Bool? = nil) {
        self.check = check
        self.acknowledges = acknowledges
    }

    public func security(on kind: PortKind) -> FiasSecurity {
        let usual = kind == .tcp ? FiasSecurity.tcp : .serial
        return FiasSecurity(check: check ?? usual.check, acknowledges: acknowledges ?? usual.acknowledges)
    }
}
