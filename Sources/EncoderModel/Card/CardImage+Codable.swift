// SPDX-License-Identifier: Apache-2.0

extension CardImage: Codable {
    private enum Key: String, CodingKey, CaseIterable { case tracks, rawTracks, coercivity, blocks, key, keyKind, pages }

    private struct RawTrackDocument: Codable {
        var bytes: String
        var bitsPerCharacter: Int?
    }

    /// Refuses what no card has: a track 4, a block of 15 bytes, an image of two kinds. The sentences are for whoever made the order.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        func broken(_ why: String) -> DecodingError {
            .dataCorrupted(DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "the card image \(why)"))
        }
        func places<Value: Decodable>(_ key: Key, _ range: ClosedRange<Int>, as type: Value.Type) throws -> [Int: Value] {
            var found: [Int: Value] = [:]
            for (text, value) in try values.decodeIfPresent([String: Value].self, forKey: key) ?? [:] {
                guard let place = Int(text), range.contains(place) else {
                    throw broken("has no place '\(text.prefix(8))' in \(key.rawValue): use \(range.lowerBound) to \(range.upperBound)")
                }
                found[place] = value
            }
            return found
        }
        func bytes(_ key: Key, _ range: ClosedRange<Int>, length: Int) throws -> [Int: [UInt8]] {
            try places(key, range, as: String.self).mapValues { text in
                guard let bytes = HexText.decode(text), bytes.count == length else {
                    throw broken("needs \(length * 2) hex digits for each of its \(key.rawValue)")
                }
                return bytes
            }
        }
        let tracks = try places(.tracks, 1...3, as: String.self)
        let rawTracks = try places(.rawTracks, 1...3, as: RawTrackDocument.self).mapValues { document in
            let bits = document.bitsPerCharacter ?? 8
            guard let bytes = HexText.decode(document.bytes), (5...8).contains(bits), bytes.count <= 255 else {
                throw broken("needs at most 255 bytes in hex and 5 to 8 bits per character for a raw track")
            }
            return RawTrack(bytes: bytes, bitsPerCharacter: bits)
        }
        let blocks = try bytes(.blocks, 0...255, length: 16)
        let pages = try bytes(.pages, 0...255, length: 4)
        switch (tracks.isEmpty && rawTracks.isEmpty, blocks.isEmpty, pages.isEmpty) {
        case (false, true, true):
            if let twice = tracks.keys.first(where: { rawTracks[$0] != nil }) { throw broken("has track \(twice) twice") }
            let coercivity = try values.decodeIfPresent(MagneticImage.Coercivity.self, forKey: .coercivity)
            self = .magnetic(MagneticImage(tracks: tracks, rawTracks: rawTracks, coercivity: coercivity))
        case (true, false, true):
            self = .blocks(
                BlockImage(
                    blocks: blocks, key: try values.decodeIfPresent(String.self, forKey: .key),
                    keyKind: try values.decodeIfPresent(BlockImage.KeyKind.self, forKey: .keyKind)))
        case (true, true, false): self = .pages(PageImage(pages: pages))
        case (true, true, true): throw broken("is empty: give tracks, rawTracks, blocks or pages")
        default: throw broken("is of several kinds: give tracks, or blocks, or pages")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        func texts<Value>(_ places: [Int: Value], _ text: (Value) -> String) -> [String: String] {
            Dictionary(uniqueKeysWithValues: places.map { (String($0), text($1)) })
        }
        switch self {
        case .magnetic(let image):
            if !image.tracks.isEmpty { try values.encode(texts(image.tracks) { $0 }, forKey: .tracks) }
            if !image.rawTracks.isEmpty {
                let documents = image.rawTracks.map {
                    (String($0), RawTrackDocument(bytes: HexText.encode($1.bytes), bitsPerCharacter: $1.bitsPerCharacter))
                }
                try values.encode(Dictionary(uniqueKeysWithValues: documents), forKey: .rawTracks)
            }
            try values.encodeIfPresent(image.coercivity, forKey: .coercivity)
        case .blocks(let image):
            try values.encode(texts(image.blocks, HexText.encode), forKey: .blocks)
            try values.encodeIfPresent(image.key, forKey: .key)
            try values.encodeIfPresent(image.keyKind, forKey: .keyKind)
        case .pages(let image):
            try values.encode(texts(image.pages, HexText.encode), forKey: .pages)
        }
    }
}
