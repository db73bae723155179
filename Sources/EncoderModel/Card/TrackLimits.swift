// SPDX-License-Identifier: Apache-2.0

/// What fits on the tracks of a magnetic stripe (ISO 7811: 79, 40 and 107 characters, of which start sentinel, end sentinel and LRC
/// take one each).
public enum TrackLimits {
    /// Characters that an order may put on a track.
    public static func capacity(of track: Int) -> Int {
        switch track {
        case 1: 76
        case 2: 37
        default: 104
        }
    }

    /// Bytes of a track that is written bit by bit: the stripe of a card has room for about 707 bits at 210 bits per inch.
    public static func rawCapacity(bitsPerCharacter: Int) -> Int { min(255, 707 / max(1, bitsPerCharacter)) }

    /// Characters of 7 bits on track 1, digits and a few signs on the others. A sentinel within the data would end it when it is read.
    public static func takes(_ byte: UInt8, onTrack track: Int) -> Bool {
        if track == 1 { return (0x20...0x5F).contains(byte) && byte != UInt8(ascii: "%") && byte != UInt8(ascii: "?") }
        return (0x30...0x3F).contains(byte) && byte != UInt8(ascii: ";") && byte != UInt8(ascii: "?")
    }

    /// What a track takes, in words.
    public static func alphabet(of track: Int) -> String {
        track == 1 ? "capital letters, digits, space and signs but % and ?" : "digits and : < = >"
    }
}

extension CardImage {
    /// Why no card could hold this, in words that name the place and not the content; `nil` when one could.
    public func objection() -> String? {
        guard case .magnetic(let image) = self else { return nil }  // blocks and pages have their lengths from where they are read
        for (number, text) in image.tracks.sorted(by: { $0.key < $1.key }) {
            let capacity = TrackLimits.capacity(of: number)
            if text.utf8.count > capacity { return "track \(number) has \(text.utf8.count) characters: \(capacity) fit on it" }
            if !text.utf8.allSatisfy({ TrackLimits.takes($0, onTrack: number) }) {
                return "track \(number) has a character that it cannot hold: it takes \(TrackLimits.alphabet(of: number))"
            }
        }
        for (number, track) in image.rawTracks.sorted(by: { $0.key < $1.key }) {
            let capacity = TrackLimits.rawCapacity(bitsPerCharacter: track.bitsPerCharacter)
            if track.bytes.count > capacity { return "track \(number) has \(track.bytes.count) bytes: \(capacity) fit on it" }
        }
        return nil
    }
}
