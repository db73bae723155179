// SPDX-License-Identifier: Apache-2.0

/// A command as a magnetic encoder reads it. Strict, so that a bridge that bends the layout is found out.
enum MsrRequest: Sendable, Hashable {
    case reset, test, model, firmware, ramTest, sensorTest, readLeadingZeros, readCoercivity
    case light(UInt8)
    case coercivity(high: Bool)
    case leadingZeros(UInt8, UInt8)
    case density(UInt8)
    case widths([UInt8])
    case read(raw: Bool)
    /// Text of each track.
    case writeText([[UInt8]])
    /// Bytes of each track.
    case writeBits([[UInt8]])
    /// Tracks by a bit each; 0 is track 1.
    case erase(UInt8)
    /// What the encoder answers with an error.
    case badFormat
    case unknown
}

/// Cuts what the host sends into commands.
struct MsrRequestReader: Sendable {
    private var bytes: [UInt8] = []

    mutating func receive(_ more: [UInt8]) {
        bytes += more
        // No command is as long.
        if bytes.count > 2048 { bytes.removeFirst(bytes.count - 2048) }
    }

    mutating func clear() { bytes.removeAll() }

    mutating func next() -> MsrRequest? {
        while let first = bytes.first, first != 0x1B { bytes.removeFirst() }
        guard bytes.count > 1 else { return nil }
        let simple: [UInt8: MsrRequest] = [
            0x61: .reset, 0x65: .test, 0x74: .model, 0x76: .firmware, 0x87: .ramTest, 0x86: .sensorTest, 0x6C: .readLeadingZeros,
            0x64: .readCoercivity, 0x78: .coercivity(high: true), 0x79: .coercivity(high: false), 0x72: .read(raw: false),
            0x6D: .read(raw: true),
        ]
        if let request = simple[bytes[1]] { return take(2, request) }
        switch bytes[1] {
        case 0x81...0x85: return take(2, .light(bytes[1]))
        case 0x7A: return bytes.count < 4 ? nil : take(4, .leadingZeros(bytes[2], bytes[3]))
        case 0x63: return bytes.count < 3 ? nil : take(3, .erase(bytes[2]))
        case 0x62: return bytes.count < 3 ? nil : take(3, .density(bytes[2]))
        case 0x6F: return bytes.count < 5 ? nil : take(5, .widths(Array(bytes[2..<5])))
        case 0x77: return writing(raw: false)
        case 0x6E: return writing(raw: true)
        default: return take(2, .unknown)
        }
    }

    private mutating func take(_ count: Int, _ request: MsrRequest) -> MsrRequest {
        bytes.removeFirst(count)
        return request
    }

    /// ESC s, each track behind its mark, 3F 1C. While it is not complete a reset is data like any other byte.
    private mutating func writing(raw: Bool) -> MsrRequest? {
        var place = 2
        var tracks: [[UInt8]] = []
        func expect(_ wanted: [UInt8]) -> Bool? {
            let there = bytes[place...].prefix(wanted.count)
            if !wanted.starts(with: there) { return false }
            return there.count == wanted.count ? true : nil
        }
        func step(_ wanted: [UInt8]) -> Bool? {
            let found = expect(wanted)
            if found == true { place += wanted.count }
            return found
        }
        for mark in [[0x1B, 0x73], [0x1B, 0x01], [0x1B, 0x02], [0x1B, 0x03], [0x3F, 0x1C]] as [[UInt8]] {
            guard let found = step(mark) else { return nil }
            guard found else { return take(bytes.count, .badFormat) }
            guard mark[1] <= 3 else { continue }
            if raw {
                guard place < bytes.count else { return nil }
                let count = Int(bytes[place])
                guard place + 1 + count <= bytes.count else { return nil }
                tracks.append(Array(bytes[(place + 1)..<(place + 1 + count)]))
                place += 1 + count
            } else {
                let text = bytes[place...].prefix { $0 != 0x1B && $0 != 0x3F }
                tracks.append(Array(text))
                place += text.count
                if place == bytes.count { return nil }
            }
        }
        return take(place, raw ? .writeBits(tracks) : .writeText(tracks))
    }
}
