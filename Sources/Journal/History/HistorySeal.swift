// SPDX-License-Identifier: Apache-2.0
import Crypto
import EncoderModel
import GRDB

/// What ties a line of the history to all lines before it: SHA-256 over the seal before and the line itself. Whoever changes, adds or
/// takes away a line after the fact breaks every seal behind it.
///
/// There is no secret in it: someone who can write the file can also make new seals for all that follows. The last seal, noted
/// elsewhere (`journal verify` prints it, `journal export` ends with it), shows even that.
struct HistorySeal: Sendable, Hashable {
    /// 32 bytes.
    var bytes: [UInt8]

    /// What stands before the first line.
    static let beginning = HistorySeal(bytes: [UInt8](repeating: 0, count: 32))

    var hex: String { HexText.encode(bytes) }

    /// Every field with its length before it, so that no two lines read alike.
    func next(_ line: HistoryLine) -> HistorySeal {
        var hash = SHA256()
        hash.update(data: bytes)
        for field in line.fields {
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: field.utf8.count).bigEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: Array(field.utf8))
        }
        return HistorySeal(bytes: Array(hash.finalize()))
    }
}

/// One line of the history as it is sealed.
struct HistoryLine: Sendable, Hashable {
    var place: Int64
    var job: String
    /// Milliseconds since 1970 UTC.
    var at: Int64
    var state: String
    var note: String
    /// With an acceptance only: whose order it is. `nil` for every later line.
    var acceptance: Acceptance?

    struct Acceptance: Sendable, Hashable {
        var encoder: String
        var origin: String
        var externalID: String?
        var createdAt: Int64
    }

    var fields: [String] {
        let line = [String(place), job, String(at), state, note]
        guard let acceptance else { return line }
        return line + [acceptance.encoder, acceptance.origin, acceptance.externalID ?? "", String(acceptance.createdAt)]
    }
}

extension HistoryLine {
    /// An acceptance as its job's row has it.
    init(acceptance row: Row) {
        self.init(
            place: row.number("accepted_seq") ?? 0, job: row.text("id") ?? "", at: row.number("accepted_at") ?? 0,
            state: row.text("accepted_state") ?? "", note: row.text("accepted_note") ?? "",
            acceptance: Acceptance(
                encoder: row.text("encoder") ?? "", origin: row.text("origin") ?? "", externalID: row.text("external_id"),
                createdAt: row.number("created_at") ?? 0))
    }
}
