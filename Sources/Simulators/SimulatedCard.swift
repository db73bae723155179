// SPDX-License-Identifier: Apache-2.0

/// A card that a simulated encoder made, or wrote something on: a line in the file of `--cards`.
public struct SimulatedCard: Sendable, Hashable, Codable {
    /// Number since the simulator was started, from 1.
    public var number: Int
    /// Place within its order, from 1.
    public var copy = 1
    public var of = 1
    /// CN or CC, without a count; `write` where the encoder knows of no keys.
    public var command: String
    public var rooms: [String] = []
    /// As they came on the line: the lock's wall clock.
    public var from = ""
    public var till = ""
    public var serial = ""
    /// What a raw encoder wrote: `track 2` as text, `block 4` in hex digits; `nil` for the cards of lock systems.
    public var content: [String: String]?
}

extension SimulatedCard {
    /// A card that got `content`.
    init(number: Int, uid: [UInt8] = [], content: [String: String]) {
        self.init(number: number, command: "write", serial: Self.hex(uid), content: content)
    }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}
