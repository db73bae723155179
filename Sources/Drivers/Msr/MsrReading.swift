// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// What was read from a card, as an image that could be written again, with a word on each track.
enum MsrReading {
    /// `widths`: bits per character of each track, where bits were read.
    static func result(of frame: EscFrame, widths: [UInt8]) throws(Fault) -> TaskResult {
        switch frame {
        case .isoTracks(let tracks, let status): return try text(tracks, status)
        case .rawTracks(let tracks, let status): return try bits(tracks, status, widths)
        case .status(let status):
            // Success without content is no answer.
            throw MsrStatus.fault(status, during: .read) ?? Fault(.malformedReply, detail: "no tracks")
        default: throw Fault(.malformedReply, detail: "no tracks")
        }
    }

    /// The encoder gives them with the text, where it found them.
    static func withoutSentinels(_ characters: [UInt8], track: Int) -> [UInt8] {
        let alphabet = TrackBits.Alphabet(track: track)
        var text = characters[...]
        if text.first == alphabet.start { text.removeFirst() }
        if text.last == alphabet.end { text.removeLast() }
        return Array(text)
    }

    private static func text(_ tracks: [Int: EscFrame.IsoTrack], _ status: UInt8) throws(Fault) -> TaskResult {
        var image = MagneticImage()
        var words: [String: String] = [:]
        for (track, content) in tracks {
            switch content {
            case .empty: words["track \(track)"] = "empty"
            case .undecodable: words["track \(track)"] = notISO
            case .characters(let characters):
                let text = withoutSentinels(characters, track: track)
                guard text.allSatisfy({ (0x20...0x5F).contains($0) }) else {
                    words["track \(track)"] = notISO
                    continue
                }
                words["track \(track)"] = "\(text.count) characters"
                image.tracks[track] = String(decoding: text, as: UTF8.self)
            }
        }
        let isForeign = words.values.contains(notISO)
        return try result(image, isBlank: image.tracks.isEmpty && !isForeign, isForeign: isForeign, words, status)
    }

    private static let notISO = "not readable as ISO 7811"

    private static func bits(_ tracks: [Int: [UInt8]], _ status: UInt8, _ widths: [UInt8]) throws(Fault) -> TaskResult {
        var image = MagneticImage()
        var words: [String: String] = [:]
        for (track, bytes) in tracks where widths.indices.contains(track - 1) {
            let width = TrackBits.width(of: bytes, configured: Int(widths[track - 1]))
            let found = TrackBits.withoutClock(TrackBits.read(bytes, width: width))
            if found.isEmpty {
                words["track \(track)"] = "empty"
                continue
            }
            let way = Way(found)
            words["track \(track)"] = way.words ?? "\(found.count) bits"
            image.rawTracks[track] = RawTrack(
                bytes: TrackBits.bytes(writing: way.isBackwards ? found.reversed() : found, width: width), bitsPerCharacter: width)
        }
        return try result(image, isBlank: image.rawTracks.isEmpty, isForeign: false, words, status)
    }

    /// Which way the card went through, as far as its content tells.
    private struct Way {
        var isBackwards = false
        /// `nil`: its content does not tell.
        var words: String?

        init(_ bits: [Bool]) {
            for alphabet in TrackBits.Alphabet.allCases {
                if let text = TrackBits.text(bits, alphabet) {
                    words = "ISO 7811 text of \(text.count) characters"
                    return
                }
            }
            for alphabet in TrackBits.Alphabet.allCases {
                if let text = TrackBits.text(bits.reversed(), alphabet) {
                    words = "ISO 7811 text of \(text.count) characters, swiped backwards"
                    isBackwards = true
                    return
                }
            }
        }
    }

    private static func result(
        _ image: MagneticImage, isBlank: Bool, isForeign: Bool, _ words: [String: String], _ status: UInt8
    ) throws(Fault) -> TaskResult {
        let fault = MsrStatus.fault(status, during: .read)
        let hasContent = !image.tracks.isEmpty || !image.rawTracks.isEmpty
        guard hasContent else {
            if let fault { throw fault }
            if isForeign { throw Fault(.unsupportedCard, detail: "no track is ISO 7811") }
            return TaskResult(reading: words.merging(["card": "blank"]) { first, _ in first }, content: .blank)
        }
        var words = words
        // What could be read is worth more than the complaint about the rest.
        if let fault { words["card"] = "read with errors (\(fault.detail ?? ""))" }
        return TaskResult(reading: words, image: .magnetic(image), content: fault == nil && !isForeign ? .whole : fault == nil ? .partly : .damaged)
    }
}
