// SPDX-License-Identifier: Apache-2.0
import Framing

/// What every codec must do, whatever its protocol. Each check gives the sentences of what went wrong; none means it holds.
public struct FrameCodecVerifier<Codec: FrameCodec & Sendable>: Sendable {
    let makeCodec: @Sendable () -> Codec
    /// Frames of every shape the protocol has, the awkward ones above all.
    let samples: [Codec.Frame]
    /// Samples that a check protects: a flipped bit in them must not become another frame.
    let protected: [Codec.Frame]
    /// Bytes that no frame begins with.
    let noise: [UInt8]
    let pendingBytes: @Sendable (Codec) -> Int
    /// Most bytes the codec may keep between calls.
    let longestFrame: Int
    /// Nothing follows what is tried, and the codec is told so: needed where a wrong length makes it wait for more.
    let settles: Bool

    public init(
        makeCodec: @escaping @Sendable () -> Codec, samples: [Codec.Frame], protected: [Codec.Frame], noise: [UInt8],
        longestFrame: Int, settles: Bool = false, pendingBytes: @escaping @Sendable (Codec) -> Int
    ) {
        self.makeCodec = makeCodec
        self.samples = samples
        self.protected = protected
        self.noise = noise
        self.longestFrame = longestFrame
        self.settles = settles
        self.pendingBytes = pendingBytes
    }

    public func whole() -> [String] {
        samples.compactMap { sample in
            difference("whole", got: decode([encode(sample)]), wanted: [sample])
        }
    }

    public func byteByByte() -> [String] {
        samples.compactMap { sample in
            difference("byte by byte", got: decode(encode(sample).map { [$0] }), wanted: [sample])
        }
    }

    /// In two pieces, at every place.
    public func cutEverywhere() -> [String] {
        samples.flatMap { sample in
            let bytes = encode(sample)
            return (0...bytes.count).compactMap { place in
                difference("cut at \(place)", got: decode([Array(bytes[..<place]), Array(bytes[place...])]), wanted: [sample])
            }
        }
    }

    /// Every two samples in one read, and all of them.
    public func glued() -> [String] {
        var failures: [String] = []
        for first in samples {
            for second in samples {
                let got = decode([encode(first) + encode(second)])
                failures += [difference("glued", got: got, wanted: [first, second])].compactMap { $0 }
            }
        }
        let all = decode([samples.flatMap(encode)])
        return failures + [difference("all glued", got: all, wanted: samples)].compactMap { $0 }
    }

    public func behindNoise(seed: UInt64) -> [String] {
        var random = SeededRandom(seed: seed)
        return samples.flatMap { sample in
            (1...20).compactMap { length in
                let junk = (0..<length).compactMap { _ in noise.randomElement(using: &random) }
                return difference("behind \(length) bytes of noise", got: decode([junk + encode(sample)]), wanted: [sample])
            }
        }
    }

    /// A frame that breaks off at any place must not cost the whole frame behind it.
    public func brokenOff() -> [String] {
        protected.flatMap { sample in
            let bytes = encode(sample)
            return (1..<bytes.count).compactMap { place in
                let got = decode([Array(bytes[..<place]) + bytes])
                return got.last == .frame(sample) && got.count { $0.isFrame } == 1
                    ? nil : "broken off at \(place): got \(got), wanted the frame behind it alone"
            }
        }
    }

    /// A frame that breaks off at any place and does not go on: it is no frame, the codec does not wait for ever, and whatever comes
    /// afterwards is found.
    public func brokenOffInSilence() -> [String] {
        protected.flatMap { sample in
            let bytes = encode(sample)
            return (1..<bytes.count).flatMap { place -> [String] in
                var codec = makeCodec()
                codec.receive(Array(bytes[..<place]))
                var found: [Decoded<Codec.Frame>] = []
                while let decoded = codec.next() { found.append(decoded) }
                if codec.endedBySilence == nil, pendingBytes(codec) > 0 { return ["cut at \(place): waits for ever"] }
                found += settle(&codec)
                var failures: [String] = []
                if found.contains(where: \.isFrame) { failures.append("cut at \(place): taken for \(found)") }
                if codec.endedBySilence != nil || pendingBytes(codec) > 0 { failures.append("cut at \(place): not settled by silence") }
                for next in samples {
                    codec.receive(encode(next))
                    let got = codec.next()
                    if got != .frame(next) { failures.append("cut at \(place): then got \(String(describing: got)), wanted \(next)") }
                }
                return failures
            }
        }
    }

    /// One bit wrong, anywhere: never another frame, and the frame behind it is found. Excused is a first byte that becomes a frame of
    /// its own (STX to ACK): nothing protects it, only the dialogue can find it out of place.
    public func oneBitFlipped() -> [String] {
        protected.flatMap { sample in
            let bytes = encode(sample)
            return (0..<bytes.count * 8).compactMap { bit -> String? in
                var flipped = bytes
                flipped[bit / 8] ^= 1 << (bit % 8)
                let alone = decode([flipped])
                let excused = bit < 8 && decode([[flipped[0]]]).contains { $0.isFrame }
                if !excused, let other = alone.first(where: { $0.isFrame && $0 != .frame(sample) }) {
                    return "bit \(bit % 8) of byte \(bit / 8) flipped: taken for \(other)"
                }
                let followed = decode([flipped + bytes])
                return followed.last == .frame(sample) ? nil : "bit \(bit % 8) of byte \(bit / 8) flipped: the frame behind it was lost"
            }
        }
    }

    /// Random bytes in random pieces: it ends, it keeps no more than a frame, and after a reset it is as new.
    public func randomBytes(seed: UInt64, rounds: Int = 200) -> [String] {
        var random = SeededRandom(seed: seed)
        var codec = makeCodec()
        var failures: [String] = []
        for round in 0..<rounds {
            let length = Int.random(in: 1...600, using: &random)
            // Every other round lives on the bytes that mean something, so that frames get begun.
            let alphabet: [UInt8] = round % 2 == 0 ? Array(0...255) : samples.flatMap(encode)
            codec.receive((0..<length).compactMap { _ in alphabet.randomElement(using: &random) })
            var found = 0
            while codec.next() != nil {
                found += 1
                if found > length + longestFrame { return failures + ["round \(round): more frames than bytes"] }
            }
            if pendingBytes(codec) > longestFrame { failures.append("round \(round): keeps \(pendingBytes(codec)) bytes") }
        }
        codec.reset()
        for sample in samples {
            codec.receive(encode(sample))
            if codec.next() != .frame(sample) { failures.append("after a reset: \(sample) was not found") }
        }
        return failures
    }

    private func encode(_ frame: Codec.Frame) -> [UInt8] {
        var codec = makeCodec()
        return codec.encode(frame)
    }

    private func decode(_ pieces: [[UInt8]]) -> [Decoded<Codec.Frame>] {
        var codec = makeCodec()
        var found: [Decoded<Codec.Frame>] = []
        for piece in pieces {
            codec.receive(piece)
            while let decoded = codec.next() { found.append(decoded) }
        }
        return settles ? found + settle(&codec) : found
    }

    /// What comes of a silence.
    private func settle(_ codec: inout Codec) -> [Decoded<Codec.Frame>] {
        guard codec.endedBySilence != nil else { return [] }
        codec.silence()
        var found: [Decoded<Codec.Frame>] = []
        while let decoded = codec.next() { found.append(decoded) }
        return found
    }

    private func difference(_ title: String, got: [Decoded<Codec.Frame>], wanted: [Codec.Frame]) -> String? {
        got == wanted.map { .frame($0) } ? nil : "\(title): got \(got), wanted \(wanted)"
    }
}

extension Decoded {
    var isFrame: Bool {
        if case .frame = self { true } else { false }
    }
}
