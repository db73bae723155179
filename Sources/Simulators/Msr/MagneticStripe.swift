// SPDX-License-Identifier: Apache-2.0

/// The stripe of a card: three tracks as the flux changes that pass a head, first bit first. Written from the standard and apart from
/// what the bridge uses, so that a bit that is turned round in one of the two is found.
struct MagneticStripe: Sendable, Hashable {
    private var tracks = [[UInt8]](repeating: [], count: 3)

    subscript(track: Int) -> [UInt8] {
        get { tracks[track - 1] }
        set { tracks[track - 1] = newValue }
    }

    /// The card went through with its other end first.
    var turned: MagneticStripe {
        var stripe = self
        stripe.tracks = tracks.map { $0.reversed() }
        return stripe
    }

    // MARK: Bits in bytes

    /// Each byte gives its lowest bits, lowest first.
    static func flux(ofWritten bytes: [UInt8], width: Int) -> [UInt8] {
        var flux: [UInt8] = []
        for byte in bytes {
            for place in 0..<width { flux.append((byte >> UInt8(place)) & 1) }
        }
        return flux
    }

    /// Bytes of a raw reading: the first bit seen becomes the highest of `width`. A few zeros follow, as from a real stripe.
    static func rawReading(of flux: [UInt8], width: Int) -> [UInt8] {
        guard let start = flux.firstIndex(of: 1) else { return [] }
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        var filled = 0
        for bit in flux[start...] + [UInt8](repeating: 0, count: 3 * width) {
            byte = byte << 1 | bit
            filled += 1
            if filled == width {
                bytes.append(byte)
                (byte, filled) = (0, 0)
            }
        }
        if filled > 0 { bytes.append(byte << UInt8(width - filled)) }
        return Array(bytes.prefix(255))
    }

    // MARK: ISO 7811

    /// Start sentinel, text, end sentinel and check, each with odd parity. `nil` for a character that the track has not.
    static func flux(ofText text: [UInt8], track: Int) -> [UInt8]? {
        let (bits, base, start): (Int, UInt8, UInt8) = track == 1 ? (6, 0x20, 0x25) : (4, 0x30, 0x3B)
        var flux: [UInt8] = []
        var check: UInt8 = 0
        func put(_ value: UInt8) {
            var ones: UInt8 = 0
            for place in 0..<bits {
                let bit = value >> UInt8(place) & 1
                ones += bit
                flux.append(bit)
            }
            flux.append(1 - ones % 2)
        }
        for character in [start] + text + [0x3F] {
            guard character >= base, character < base + 1 << UInt8(bits) else { return nil }
            check ^= character - base
            put(character - base)
        }
        put(check)
        return flux
    }

    enum TextReading: Sendable, Hashable {
        case empty, undecodable
        /// With both sentinels.
        case text([UInt8])
    }

    /// What the encoder's own decoder makes of a track; it finds out by itself which way the card went.
    func text(track: Int) -> TextReading {
        let flux = self[track]
        guard flux.contains(1) else { return .empty }
        for way in [flux, flux.reversed()] {
            if let text = Self.decode(way, track: track) { return .text(text) }
        }
        return .undecodable
    }

    private static func decode(_ flux: [UInt8], track: Int) -> [UInt8]? {
        let (bits, base, start): (Int, UInt8, UInt8) = track == 1 ? (6, 0x20, 0x25) : (4, 0x30, 0x3B)
        guard var place = flux.firstIndex(of: 1) else { return nil }
        var text: [UInt8] = []
        var check: UInt8 = 0
        while place + bits < flux.count {
            var value: UInt8 = 0
            var ones = flux[place + bits]
            for offset in 0..<bits {
                value |= flux[place + offset] << UInt8(offset)
                ones += flux[place + offset]
            }
            guard ones % 2 == 1 else { return nil }
            check ^= value
            place += bits + 1
            if text.last == 0x3F { return check == 0 && text.first == start ? text : nil }
            text.append(value + base)
        }
        return nil
    }
}
