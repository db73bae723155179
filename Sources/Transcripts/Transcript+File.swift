// SPDX-License-Identifier: Apache-2.0
import Foundation

extension Transcript {
    /// More than any transcript has, in bytes; a larger file is something else.
    static let largestFile = 16 << 20

    /// The dialogues of a file, one at least. Throws a sentence that names the file and says what is wrong with it.
    public static func read(at path: String) throws(TranscriptFault) -> [Transcript] {
        let name = URL(fileURLWithPath: path).lastPathComponent
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TranscriptFault(file: path, "the file is not there, or this user may not read it")
        }
        guard data.count <= largestFile, let text = String(data: data, encoding: .utf8) else {
            throw TranscriptFault(file: name, "this is no text file of at most 16 MB: is it a transcript?")
        }
        let transcripts = try read(text, file: name)
        guard !transcripts.isEmpty else { throw TranscriptFault(file: name, "there is no dialogue in it: lines begin with > and <") }
        return transcripts
    }
}
