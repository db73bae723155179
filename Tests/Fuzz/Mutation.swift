// SPDX-License-Identifier: Apache-2.0
import TestKit

/// Makes inputs: good samples, damaged, cut, glued and mixed with noise, in pieces of any length.
enum Mutation {
    private static let longest = 4096

    static func pieces(of samples: [[UInt8]], using random: inout SeededRandom) -> [[UInt8]] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            if let sample = samples.randomElement(using: &random), Int.random(in: 0..<8, using: &random) > 0 {
                bytes += sample
            } else {
                bytes += noise(using: &random)
            }
        }
        for _ in 0..<Int.random(in: 0...6, using: &random) { damage(&bytes, using: &random) }
        return cut(Array(bytes.prefix(longest)), using: &random)
    }

    private static func noise(using random: inout SeededRandom) -> [UInt8] {
        (0..<Int.random(in: 1...64, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private static func damage(_ bytes: inout [UInt8], using random: inout SeededRandom) {
        guard let place = bytes.indices.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 1: bytes[place] = [0x00, 0xFF, 0x02, 0x03, 0x1B, 0xAA, 0x7F, 0x80].randomElement(using: &random) ?? 0
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 4: bytes.removeSubrange(place...)
        case 5:
            let end = Int.random(in: place..<min(bytes.count, place + 40), using: &random)
            bytes.insert(contentsOf: bytes[place...end], at: place)
        default: bytes.insert(contentsOf: noise(using: &random), at: place)
        }
    }

    private static func cut(_ bytes: [UInt8], using random: inout SeededRandom) -> [[UInt8]] {
        let most = [1, 8, 64, 4096].randomElement(using: &random) ?? 64
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = Int.random(in: 1...most, using: &random)
            pieces.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }
}
