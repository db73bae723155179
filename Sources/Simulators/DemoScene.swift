// SPDX-License-Identifier: Apache-2.0

/// What `make demo` needs to know of a family, beside its name.
public struct DemoScene: Sendable, Hashable, Encodable {
    /// Where the simulated encoder hangs.
    public enum Line: String, Sendable, Hashable, Encodable {
        /// A pseudo-terminal, linked at `{link}`.
        case terminal
        /// The virtual reader of a pcscd.
        case reader
        /// The simulator listens on the network, at port `{port}`.
        case network
    }

    /// "simulated SL500 (19200 baud)"
    public var title: String
    public var line = Line.terminal
    /// What stands above `encoders:` in the configuration: a raw encoder needs a card layout.
    public var site = ""
    /// The encoder's entry below `driver:`, with `{link}` or `{port}` where the simulator is.
    public var encoder: String
    /// How the simulator is started.
    public var arguments: [String] = []
    /// A person swipes cards here. A swipe that nobody saw may have written all the same (docs/decisions/0011).
    public var isSwiped = false

    static let device = "match: { device: {link} }\n    "
    static let tracks = "layouts:\n  door: { tracks: { 2: \"{lock digits=4}={until as=YYMMDDhhmm}\" } }\n"
    static let blocks = "layouts:\n  door: { key: factory, blocks: { 4: \"{lock bcd=2} {until unix be=4} {fill}\" } }\n"
}
