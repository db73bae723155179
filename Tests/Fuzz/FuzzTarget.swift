// SPDX-License-Identifier: Apache-2.0
import Framing

/// Something that reads bytes from outside.
struct FuzzTarget: Sendable {
    let name: String
    /// Good inputs to begin from.
    let samples: [[UInt8]]
    /// Reads one input, which comes in these pieces, and says what is wrong; `nil`: nothing.
    let run: @Sendable ([[UInt8]]) -> String?

    /// A codec: it ends, gives no more frames than bytes, and keeps no more than its longest frame.
    static func codec<Codec: FrameCodec>(
        _ name: String, _ make: @escaping @Sendable () -> Codec, samples: [Codec.Frame], questions: [Codec.Frame] = [], longest: Int,
        pending: @escaping @Sendable (Codec) -> Int
    ) -> FuzzTarget {
        let encoded = samples.map { frame in
            var codec = make()
            return codec.encode(frame)
        }
        return FuzzTarget(name: name, samples: encoded) { pieces in
            var codec = make()
            var given = 0
            var found = 0
            for (index, piece) in pieces.enumerated() {
                // A codec that reads replies by their question gets one now and then.
                if !questions.isEmpty, index % 5 == 0 { _ = codec.encode(questions[(given + index) % questions.count]) }
                codec.receive(piece)
                given += piece.count
                while codec.next() != nil {
                    found += 1
                    if found > given + longest { return "gives more frames than bytes" }
                }
                if codec.endedBySilence != nil {
                    codec.silence()
                    while codec.next() != nil { found += 1 }
                    if found > given + longest { return "gives more frames than bytes" }
                }
                if pending(codec) > longest { return "keeps \(pending(codec)) bytes" }
            }
            return nil
        }
    }

    /// A text: whatever comes of it, it comes to an end.
    static func text(_ name: String, samples: [String], _ read: @escaping @Sendable (String) -> Void) -> FuzzTarget {
        FuzzTarget(name: name, samples: samples.map { Array($0.utf8) }) { pieces in
            read(String(decoding: pieces.joined(), as: UTF8.self))
            return nil
        }
    }
}
