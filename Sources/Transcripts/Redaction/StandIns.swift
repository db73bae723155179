// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What must not leave the site, and what stands for it: the same for the same, of the same length, and of the same kind (a digit for
/// a digit), so that what was recorded can still be played.
public struct StandIns: Sendable {
    private struct Secret {
        var bytes: [UInt8]
        var standIn: [UInt8]
        /// Text of a field: only replaced where no letter or digit stands beside it.
        var isWord: Bool
    }

    private var secrets: [Secret] = []
    private var known: Set<[UInt8]> = []

    public init() {}

    public var isEmpty: Bool { secrets.isEmpty }

    /// Card content, a card's serial number, a key: wherever these bytes are, also in reverse order and as hex digits.
    public mutating func hide(_ bytes: [UInt8]) {
        // Nothing, or what every card is full of: no secret, and everywhere.
        guard bytes.count >= 3, Set(bytes).count > 1 else { return }
        let seed = UInt64(known.count)
        let standIn = bytes.indices.map { Self.letter(seed, $0) }
        add(bytes, standIn)
        add(bytes.reversed(), standIn.reversed())
        let (hex, standInHex) = (HexText.encode(bytes), HexText.encode(standIn))
        add(Array(hex.utf8), Array(standInHex.utf8))
        add(Array(hex.lowercased().utf8), Array(standInHex.lowercased().utf8))
    }

    /// A card's serial number, also as the card shows it when it is read: in two parts with a check byte behind each (ISO 14443-3: CT is 88
    /// before the first part of seven), or whole with the check byte behind.
    public mutating func hide(serial bytes: [UInt8]) {
        hide(bytes)
        guard bytes.count == 7, let standIn = secrets.first(where: { $0.bytes == bytes })?.standIn else { return }
        func parts(_ uid: [UInt8]) -> ([UInt8], [UInt8]) {
            let (first, second) = (Array(uid.prefix(3)), Array(uid.suffix(4)))
            return (first + [first.reduce(0x88, ^)], second + [second.reduce(0, ^)])
        }
        let (first, second) = parts(bytes)
        let (firstStandIn, secondStandIn) = parts(standIn)
        add(first, firstStandIn)
        add(second, secondStandIn)
    }

    /// A name, a track: letters become letters and digits digits, other characters stay.
    public mutating func hide(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return }
        let seed = UInt64(known.count)
        let standIn = bytes.enumerated().map { Self.alike($1, seed, $0) }
        add(bytes, standIn, isWord: true)
    }

    /// A moment as drivers show it (`2026-11-21 14:00`), in the forms in which lock systems write it. Other text is left alone.
    public mutating func hide(moment text: String) {
        let parts = text.split(whereSeparator: { !$0.isNumber }).map(String.init)
        guard parts.count == 5, parts[0].count == 4, parts.dropFirst().allSatisfy({ $0.count == 2 }) else { return }
        let (year, month, day, hour, minute) = (parts[0], parts[1], parts[2], parts[3], parts[4])
        let short = String(year.suffix(2))
        add(text: hour + minute + day + month + short, "1200010100")
        add(text: hour + day + month + short, "12010100")
        add(text: day + month + short + hour + minute, "0101001200")
        add(text: short + month + day + hour + minute, "0001011200")
        add(text: year + month + day + hour + minute, "200001011200")
        add(text: "\(year)-\(month)-\(day) \(hour):\(minute)", "2000-01-01 12:00")
    }

    /// The bytes with stand-ins in place of every secret; longer secrets first, so that none is found in a part of another.
    public func replacing(in bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        var taken = [Bool](repeating: false, count: bytes.count)
        for secret in secrets.sorted(by: { $0.bytes.count > $1.bytes.count }) where secret.bytes.count <= bytes.count {
            for start in 0...(bytes.count - secret.bytes.count) {
                let range = start..<(start + secret.bytes.count)
                guard bytes[start] == secret.bytes[0], bytes[range].elementsEqual(secret.bytes), !taken[range].contains(true),
                    !secret.isWord || Self.standsAlone(range, in: bytes)
                else { continue }
                result.replaceSubrange(range, with: secret.standIn)
                for place in range { taken[place] = true }
            }
        }
        return result
    }

    public func replacing(in text: String) -> String { String(decoding: replacing(in: Array(text.utf8)), as: UTF8.self) }

    /// Whether a secret is still in there.
    public func isShown(in bytes: [UInt8]) -> Bool { replacing(in: bytes) != bytes }

    private mutating func add(text: String, _ standIn: String) { add(Array(text.utf8), Array(standIn.utf8), isWord: true) }

    private mutating func add(_ bytes: [UInt8], _ standIn: [UInt8], isWord: Bool = false) {
        guard known.insert(bytes).inserted else { return }
        secrets.append(Secret(bytes: bytes, standIn: standIn, isWord: isWord))
    }

    private static func standsAlone(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
        func isPart(_ place: Int) -> Bool {
            bytes.indices.contains(place) && (isDigit(bytes[place]) || isLetter(bytes[place]))
        }
        return !isPart(range.lowerBound - 1) && !isPart(range.upperBound)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }

    /// A small letter: no start, end or escape byte of any framing.
    private static func letter(_ seed: UInt64, _ place: Int) -> UInt8 { 0x61 + UInt8(mixed(seed, place) % 26) }

    private static func alike(_ byte: UInt8, _ seed: UInt64, _ place: Int) -> UInt8 {
        switch byte {
        case 0x30...0x39: 0x30 + UInt8(mixed(seed, place) % 10)
        case 0x41...0x5A: 0x41 + UInt8(mixed(seed, place) % 26)
        case 0x61...0x7A: 0x61 + UInt8(mixed(seed, place) % 26)
        case 0x80...: 0x3F
        default: byte
        }
    }

    /// Tells nothing of the secret: only which one it is and the place in it.
    private static func mixed(_ seed: UInt64, _ place: Int) -> UInt64 {
        var value = (seed &+ 1) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(place) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 29)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 32)
    }
}
