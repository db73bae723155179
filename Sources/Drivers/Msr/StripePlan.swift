// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Framing

/// How one card image is written and how it must read back. Made, and refused where no stripe could hold it, before anything is sent.
struct StripePlan: Sendable, Hashable {
    let coercivity: MagneticImage.Coercivity
    /// Bits per character for raw commands; `nil` for text.
    let widths: [UInt8]?
    let command: EscCommand
    private let text: [Int: [UInt8]]
    private let bits: [Int: [Bool]]

    init(_ image: CardImage, _ site: MsrSettings) throws(Fault) {
        guard case .magnetic(let stripe) = image else {
            throw Fault(.rejected(reason: "this encoder writes magnetic stripes and the card image has \(image)"))
        }
        if let objection = Self.objection(to: stripe) ?? image.objection() { throw Fault(.rejected(reason: objection)) }
        coercivity = stripe.coercivity ?? site.coercivity
        text = stripe.tracks.mapValues { Array($0.utf8) }
        guard !stripe.rawTracks.isEmpty else {
            widths = nil
            bits = [:]
            command = .writeISO(text)
            return
        }
        // There is one command for text and one for bits, and one swipe for both: so text is turned into its bits.
        var widths = site.widths
        var bytes: [Int: [UInt8]] = [:]
        for (track, raw) in stripe.rawTracks where (1...3).contains(track) {
            widths[track - 1] = UInt8(raw.bitsPerCharacter)
            bytes[track] = raw.bytes
        }
        for (track, text) in text where (1...3).contains(track) {
            let alphabet = TrackBits.Alphabet(track: track)
            widths[track - 1] = UInt8(alphabet.width)
            bytes[track] = TrackBits.track(text, alphabet)
        }
        self.widths = widths
        bits = Dictionary(
            uniqueKeysWithValues: bytes.map { ($0, TrackBits.withoutClock(TrackBits.written($1, width: Int(widths[$0 - 1])))) })
        command = .writeRaw(bytes)
    }

    /// How the card is read to compare it.
    var reading: EscCommand { widths == nil ? .readISO : .readRaw }

    /// What came of a second swipe.
    enum Comparison: Sendable, Hashable {
        case same
        /// On this track, the first that differs.
        case differs(track: Int)
        /// The swipe gave nothing to compare.
        case unreadable
    }

    func compare(with frame: EscFrame) -> Comparison {
        switch frame {
        case .isoTracks(let tracks, MsrStatus.good) where widths == nil:
            for (track, wanted) in text.sorted(by: { $0.key < $1.key }) {
                switch tracks[track] {
                case .characters(let found)?:
                    if MsrReading.withoutSentinels(found, track: track) != wanted { return .differs(track: track) }
                case .empty?, nil: return .differs(track: track)
                case .undecodable?: return .unreadable
                }
            }
            return .same
        case .rawTracks(let tracks, MsrStatus.good):
            guard let widths else { return .unreadable }
            for (track, wanted) in bits.sorted(by: { $0.key < $1.key }) {
                let bytes = tracks[track] ?? []
                let width = TrackBits.width(of: bytes, configured: Int(widths[track - 1]))
                let found = TrackBits.withoutClock(TrackBits.read(bytes, width: width))
                // The card may go through the other way round.
                if found != wanted, found != wanted.reversed() { return .differs(track: track) }
            }
            return .same
        default: return .unreadable
        }
    }

    /// What is odd before the limits of a stripe are looked at: names the place and never the content.
    private static func objection(to image: MagneticImage) -> String? {
        if image.tracks.isEmpty, image.rawTracks.isEmpty { return "the card image has no tracks" }
        let places = Set(image.tracks.keys).union(image.rawTracks.keys).sorted()
        if let stranger = places.first(where: { !(1...3).contains($0) }) { return "a card has no track \(stranger)" }
        for track in places {
            if image.tracks[track]?.isEmpty == true { return "track \(track) is empty" }
            guard let raw = image.rawTracks[track] else { continue }
            if raw.bytes.isEmpty { return "track \(track) is empty" }
            guard (5...8).contains(raw.bitsPerCharacter) else { return "track \(track) needs 5 to 8 bits per character" }
            if raw.bitsPerCharacter < 8, raw.bytes.contains(where: { $0 >> UInt8(raw.bitsPerCharacter) != 0 }) {
                return "track \(track) has a byte of more than \(raw.bitsPerCharacter) bits"
            }
        }
        return nil
    }
}
