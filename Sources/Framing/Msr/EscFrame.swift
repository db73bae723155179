// SPDX-License-Identifier: Apache-2.0

/// What goes over the line of an MSR encoder: a command one way, everything else the other.
public enum EscFrame: Sendable, Hashable {
    case command(EscCommand)
    /// 30 is success; 31 to 3F and 41 are errors.
    case status(UInt8)
    /// The answer to the communication test.
    case alive
    /// 31 track 2, 32 tracks 2 and 3, 33 all tracks, 35 tracks 1 and 2.
    case model(UInt8)
    /// Printable ASCII, such as `REVT3.12`.
    case text(String)
    case coercivity(high: Bool)
    case leadingZeros(outer: UInt8, middle: UInt8)
    case bitsPerCharacter(UInt8, UInt8, UInt8)
    /// What was read, with sentinels; a track the encoder does not report is missing.
    case isoTracks([Int: IsoTrack], status: UInt8)
    /// What was read bit by bit: of each byte the highest of its bits per character came first under the head.
    case rawTracks([Int: [UInt8]], status: UInt8)

    /// One track as the encoder decoded it.
    public enum IsoTrack: Sendable, Hashable {
        case characters([UInt8])
        case empty
        /// Something is on it that is no ISO 7811 track.
        case undecodable
    }
}

extension EscFrame: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never shows what is on a card.
    public var description: String {
        switch self {
        case .command(let command): "ESC \(command.answer) command of \(command.bytes.count) bytes"
        case .status(let status): "status \(String(status, radix: 16))"
        case .alive: "alive"
        case .model(let model): "model \(String(model, radix: 16))"
        case .text(let text): "text \(text)"
        case .coercivity(let high): high ? "high coercivity" : "low coercivity"
        case .leadingZeros(let outer, let middle): "leading zeros \(outer)/\(middle)"
        case .bitsPerCharacter(let first, let second, let third): "bits per character \(first) \(second) \(third)"
        case .isoTracks(let tracks, let status): "tracks \(tracks.keys.sorted()), status \(String(status, radix: 16))"
        case .rawTracks(let tracks, let status): "raw tracks \(tracks.keys.sorted()), status \(String(status, radix: 16))"
        }
    }

    public var debugDescription: String { description }
}
