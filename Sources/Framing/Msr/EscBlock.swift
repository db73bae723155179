// SPDX-License-Identifier: Apache-2.0

/// What the bytes at the beginning of a buffer are.
enum EscReading {
    case frame(EscFrame, length: Int)
    /// A beginning. `whenQuiet` is what it is if nothing follows.
    case incomplete(whenQuiet: (frame: EscFrame, length: Int)? = nil)
    /// No frame: the text is for the trace, `nil` where nothing had begun.
    case nonsense(String?)
}

/// Reads the tracks that a swipe gave: `1B 73`, `1B n` with content for each track, `3F 1C`, `1B status`.
///
/// The content may contain what looks like a mark: a raw track can hold 1B 02 or 3F 1C, so raw tracks are read by their lengths. In an
/// ISO track 1B cannot occur, and its own `?` stands before the `?` of the trailer.
struct EscBlock {
    enum Kind: Sendable { case iso, raw }
    /// Longer than any ISO track (107 characters) with room for a sloppy encoder.
    private static let longestISOTrack = 160

    private let bytes: ArraySlice<UInt8>
    private var place: Int

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex + 2
    }

    /// `bytes` begin with `1B 73`.
    static func read(_ kind: Kind, _ bytes: ArraySlice<UInt8>) -> EscReading {
        var block = EscBlock(bytes)
        return switch kind {
        case .iso: block.readISO()
        case .raw: block.readRaw(quiet: false)
        }
    }

    private subscript(_ offset: Int) -> UInt8? {
        let index = place + offset
        return bytes.indices.contains(index) ? bytes[index] : nil
    }

    // MARK: ISO

    private mutating func readISO() -> EscReading {
        var tracks: [Int: EscFrame.IsoTrack] = [:]
        var last = 0
        while true {
            switch end() {
            case .here(let status): return .frame(.isoTracks(tracks, status: status), length: place - bytes.startIndex)
            case .incomplete: return .incomplete()
            case .notHere: break
            }
            guard let track = track(after: last) else { return place + 1 < bytes.endIndex ? .nonsense("no track mark") : .incomplete() }
            last = track
            guard let first = self[0], let second = self[1] else { return .incomplete() }
            if first == EscCommand.escape, second == 0x2B || second == 0x2A {
                tracks[track] = second == 0x2B ? .empty : .undecodable
                place += 2
                continue
            }
            guard let length = lengthOfISOTrack() else {
                return bytes.endIndex - place > Self.longestISOTrack ? .nonsense("track without end") : .incomplete()
            }
            guard length <= Self.longestISOTrack else { return .nonsense("track without end") }
            // A track that was named and left out is an empty one.
            tracks[track] = length == 0 ? .empty : .characters(Array(bytes[place..<(place + length)]))
            place += length
        }
    }

    /// Up to the next mark or the trailer; `nil` while neither is there.
    private func lengthOfISOTrack() -> Int? {
        var index = place
        while index < bytes.endIndex {
            if bytes[index] == EscCommand.escape { return index - place }
            if bytes[index] == 0x3F {
                guard index + 1 < bytes.endIndex else { return nil }
                if bytes[index + 1] == 0x1C { return index - place }
            }
            index += 1
        }
        return nil
    }

    // MARK: Raw

    private mutating func readRaw(quiet: Bool) -> EscReading {
        var tracks: [Int: [UInt8]] = [:]
        var last = 0
        while true {
            switch end() {
            case .here(let status): return .frame(.rawTracks(tracks, status: status), length: place - bytes.startIndex)
            case .incomplete: return .incomplete()
            case .notHere: break
            }
            guard let track = track(after: last) else { return place + 1 < bytes.endIndex ? .nonsense("no track mark") : .incomplete() }
            last = track
            guard let count = self[0].map(Int.init) else { return .incomplete() }
            let content = place + 1
            guard content + count + 2 <= bytes.endIndex else {
                guard let rest = markInPlaceOfContent(track, tracks) else { return .incomplete() }
                return .incomplete(whenQuiet: rest)
            }
            tracks[track] = Array(bytes[content..<(content + count)])
            place = content + count
            guard isMark(after: last) else { return .nonsense("the length of track \(track) does not fit") }
        }
    }

    /// Some encoders say `1B 2B` for an empty track here too, which also could be a length of 27. It is that only if nothing more comes.
    private func markInPlaceOfContent(_ track: Int, _ before: [Int: [UInt8]]) -> (frame: EscFrame, length: Int)? {
        guard self[0] == EscCommand.escape, self[1] == 0x2B || self[1] == 0x2A else { return nil }
        var rest = self
        rest.place += 2
        var tracks = before
        tracks[track] = []
        var last = track
        while true {
            if case .here(let status) = rest.end() {
                return (.rawTracks(tracks, status: status), rest.place - bytes.startIndex)
            }
            guard let next = rest.track(after: last), let count = rest[0] else { return nil }
            last = next
            if count == EscCommand.escape, rest[1] == 0x2B || rest[1] == 0x2A {
                tracks[next] = []
                rest.place += 2
                continue
            }
            let content = rest.place + 1
            guard content + Int(count) <= bytes.endIndex else { return nil }
            tracks[next] = Array(bytes[content..<(content + Int(count))])
            rest.place = content + Int(count)
        }
    }

    // MARK: Marks

    private enum End { case here(status: UInt8), incomplete, notHere }

    /// `3F 1C 1B status`, taken if it stands here.
    private mutating func end() -> End {
        let mark: [UInt8] = [0x3F, 0x1C, EscCommand.escape]
        for (offset, wanted) in mark.enumerated() {
            guard let byte = self[offset] else { return .incomplete }
            guard byte == wanted else { return .notHere }
        }
        guard let status = self[3] else { return .incomplete }
        place += 4
        return .here(status: status)
    }

    /// `1B n` of a later track, taken if it stands here.
    private mutating func track(after last: Int) -> Int? {
        guard self[0] == EscCommand.escape, let number = self[1], number > last, number <= 3 else { return nil }
        place += 2
        return Int(number)
    }

    /// Whether two bytes stand here that may follow a track.
    private func isMark(after last: Int) -> Bool {
        guard let first = self[0], let second = self[1] else { return true }
        return (first == 0x3F && second == 0x1C) || (first == EscCommand.escape && Int(second) > last && second <= 3)
    }
}
