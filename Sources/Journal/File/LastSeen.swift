// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What the bridge knew of its journal when it last was at rest, in a small file beside it (`.seal`): a start compares, and says what is
/// missing. Without it an older file, a file without its log or none at all would look like a journal in which nothing has happened.
struct LastSeen: Sendable, Hashable {
    var identity: String
    /// Of the last line of the history.
    var place: Int64
    var seal: String

    static func path(of journal: String) -> String { journal + ".seal" }

    /// `nil` when there is no such file, or it makes no sense.
    static func read(for journal: String) -> LastSeen? {
        guard let text = try? String(contentsOfFile: path(of: journal), encoding: .utf8) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 3, let place = Int64(words[1]) else { return nil }
        return LastSeen(identity: String(words[0]), place: place, seal: String(words[2]))
    }

    /// Written beside and moved over the old one, so that it is never half there. A disk that does not take it is met by the next change
    /// too, which says so.
    func write(for journal: String) {
        let path = Self.path(of: journal)
        let fresh = path + ".new"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        let bytes = Array("\(identity) \(place) \(seal)\n".utf8)
        let isWhole = Foundation.write(descriptor, bytes, bytes.count) == bytes.count
        Foundation.close(descriptor)
        if isWhole { _ = rename(fresh, path) } else { unlink(fresh) }
    }
}
