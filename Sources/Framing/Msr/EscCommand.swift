// SPDX-License-Identifier: Apache-2.0

/// What magnetic encoders of the MSR206 line are told: ESC (1B), a letter, and what belongs to it (MSR206 and MSR606 programmer's
/// manuals).
public enum EscCommand: Sendable, Hashable {
    public enum Lights: UInt8, Sendable, Hashable, CaseIterable {
        case off = 0x81, all, green, yellow, red
    }
    /// Bits per inch.
    public enum Density: Int, Sendable, Hashable, CaseIterable { case low = 75, high = 210 }

    /// Ends whatever waits for a swipe. Never answered.
    case reset
    case communicationTest
    /// Never answered.
    case lights(Lights)
    /// Answered when a card passes, and else not at all.
    case sensorTest
    case ramTest
    case model
    case firmware
    case readISO
    /// Characters by track, without sentinels: the encoder adds them. Tracks that are not named are sent empty.
    case writeISO([Int: [UInt8]])
    case readRaw
    /// Bytes by track, each of them one character with its lowest bit first on the stripe; at most 255 a track.
    case writeRaw([Int: [UInt8]])
    /// Tracks, 1...3.
    case erase(Set<Int>)
    case coercivity(high: Bool)
    case readCoercivity
    /// Zero bits before the data: `outer` on tracks 1 and 3, `middle` on track 2.
    case leadingZeros(outer: UInt8, middle: UInt8)
    case readLeadingZeros
    case density(track: Int, Density)
    /// Of raw commands, 5...8 for each track.
    case bitsPerCharacter(UInt8, UInt8, UInt8)

    public var bytes: [UInt8] {
        switch self {
        case .reset: Self.esc("a")
        case .communicationTest: Self.esc("e")
        case .lights(let lights): [Self.escape, lights.rawValue]
        case .sensorTest: [Self.escape, 0x86]
        case .ramTest: [Self.escape, 0x87]
        case .model: Self.esc("t")
        case .firmware: Self.esc("v")
        case .readISO: Self.esc("r")
        case .writeISO(let tracks): Self.esc("w") + Self.block { tracks[$0] ?? [] }
        case .readRaw: Self.esc("m")
        case .writeRaw(let tracks):
            Self.esc("n")
                + Self.block { track in
                    let bytes = (tracks[track] ?? []).prefix(Int(UInt8.max))
                    return [UInt8(bytes.count)] + bytes
                }
        case .erase(let tracks): Self.esc("c") + [Self.selector(tracks)]
        case .coercivity(let high): Self.esc(high ? "x" : "y")
        case .readCoercivity: Self.esc("d")
        case .leadingZeros(let outer, let middle): Self.esc("z") + [outer, middle]
        case .readLeadingZeros: Self.esc("l")
        case .density(let track, let density): Self.esc("b") + [Self.densityByte(track, density)]
        case .bitsPerCharacter(let first, let second, let third): Self.esc("o") + [first, second, third]
        }
    }

    /// What the answer looks like. The bytes alone do not tell: `1B 31 53` is a model, `1B 31` an error.
    public var answer: EscAnswer {
        switch self {
        case .reset, .lights: .none
        case .communicationTest: .alive
        case .model: .model
        case .firmware: .text
        case .readISO: .isoBlock
        case .readRaw: .rawBlock
        case .readCoercivity: .coercivity
        case .readLeadingZeros: .leadingZeros
        case .bitsPerCharacter: .bitsPerCharacter
        case .sensorTest, .ramTest, .writeISO, .writeRaw, .erase, .coercivity, .leadingZeros, .density: .status
        }
    }

    static let escape: UInt8 = 0x1B

    private static func esc(_ letter: Unicode.Scalar) -> [UInt8] { [escape, UInt8(ascii: letter)] }

    private static func block(_ content: (Int) -> [UInt8]) -> [UInt8] {
        esc("s") + (1...3).flatMap { [escape, UInt8($0)] + content($0) } + [0x3F, 0x1C]
    }

    /// A binary byte with a bit for each track; track 1 alone is 0.
    private static func selector(_ tracks: Set<Int>) -> UInt8 {
        if tracks == [1] { return 0 }
        return tracks.reduce(0) { $0 | ((1...3).contains($1) ? 1 << UInt8($1 - 1) : 0) }
    }

    /// Track 2 names its bits per inch, the others a code for them.
    private static func densityByte(_ track: Int, _ density: Density) -> UInt8 {
        let high: UInt8 = density == .high ? 1 : 0
        return switch track {
        case 1: 0xA0 + high
        case 2: UInt8(density.rawValue)
        default: 0xC0 + high
        }
    }
}

/// The shape of an answer.
public enum EscAnswer: Sendable, Hashable {
    case none
    /// `1B status`
    case status
    /// `1B 79`
    case alive
    /// `1B n 53`
    case model
    /// `1B` and text without an end mark.
    case text
    /// `1B 48`, `1B 4C`, or the same letters small.
    case coercivity
    /// `1B a b`
    case leadingZeros
    /// `1B 30 b1 b2 b3`
    case bitsPerCharacter
    /// Tracks as characters, ended by `3F 1C 1B status`.
    case isoBlock
    /// Tracks as counted bytes, ended by `3F 1C 1B status`.
    case rawBlock
}
