// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

/// What a hardware note says between two lines `---` at its top. Most of it repeats the manifest, so that a page on paper is
/// complete; a test compares the two.
public struct NoteFrontMatter: Sendable, Hashable {
    /// Every page has these, in this order.
    public static let keys = ["driver", "models", "ids", "chip", "capabilities", "evidence", "transcripts", "damage"]

    /// Key and text of each line, as written.
    public var lines: [Line]

    public struct Line: Sendable, Hashable {
        public var key: String
        public var text: String
    }

    /// `nil`: the page does not begin with front matter, or it has no end.
    public init?(page: String) {
        let rows = page.split(separator: "\n", omittingEmptySubsequences: false)
        guard rows.first == "---", let end = rows.dropFirst().firstIndex(of: "---") else { return nil }
        lines = rows[1..<end].map { row in
            let parts = row.split(separator: ":", maxSplits: 1)
            return Line(
                key: parts.first.map(String.init) ?? "",
                text: parts.count == 2 ? String(parts[1].drop(while: { $0 == " " })) : "")
        }
    }

    public func text(of key: String) -> String? { lines.first { $0.key == key }?.text }

    /// What follows from the manifest: the lines that a note must repeat. Chip and damage are for a person to write.
    public static func expected(of manifest: DriverManifest) -> [Line] {
        let ids = manifest.models.flatMap(\.usb)
        let evidence = Set(manifest.models.map(\.evidence)).sorted()
        return [
            Line(key: "driver", text: manifest.name),
            Line(key: "models", text: "[" + manifest.models.map { "\"\($0.name)\"" }.joined(separator: ", ") + "]"),
            Line(key: "ids", text: "[" + ids.map { "\"\($0)\"" }.joined(separator: ", ") + "]"),
            Line(key: "capabilities", text: "[" + manifest.capabilities.map(\.rawValue).joined(separator: ", ") + "]"),
            Line(key: "evidence", text: "[" + evidence.map { "\($0)" }.joined(separator: ", ") + "]"),
            Line(key: "transcripts", text: "Tests/Transcripts/\(manifest.name)"),
        ]
    }

    /// The block to copy to the top of a note that has none.
    public static func block(for manifest: DriverManifest) -> String {
        let known = Dictionary(uniqueKeysWithValues: expected(of: manifest).map { ($0.key, $0.text) })
        return "---\n" + keys.map { "\($0): \(known[$0] ?? "WRITE THIS")\n" }.joined() + "---\n"
    }
}
