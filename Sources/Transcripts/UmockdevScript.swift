// SPDX-License-Identifier: Apache-2.0

/// The encoder's side of a dialogue as a script of umockdev (its docs/script-format.txt), for programs that are tried under
/// `umockdev-run --script`. Headers, silence and unplugging have no place there (docs/decisions/0008-transcript-format.md).
public enum UmockdevScript {
    /// Bytes, not text: umockdev takes those above 7F as they are.
    public static func bytes(of transcript: Transcript) -> [UInt8] {
        var script = Array("# \(transcript.headers["title"] ?? "a dialogue")\n".utf8)
        var last = Duration.zero
        for (index, step) in transcript.steps.enumerated() {
            let time = max(last, transcript.times[index] ?? last)
            let wait = Array(" \(Int((time - last) / .milliseconds(1))) ".utf8)
            switch step {
            case .sent(let bytes): script += Array("w".utf8) + wait + escaped(bytes) + [0x0A]
            case .received(let bytes): script += Array("r".utf8) + wait + escaped(bytes) + [0x0A]
            case .silence: script += Array("# silence\n".utf8)
            case .gone: script += Array("Q 0 -\n".utf8)
            }
            last = time
        }
        return script
    }

    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        let caret: UInt8 = 0x5E
        return bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case ...0x20: [caret, byte + 64]
            case caret: [caret, 0x60]
            default: [byte]
            }
        }
    }
}
