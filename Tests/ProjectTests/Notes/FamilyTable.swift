// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Foundation
import Ports

/// README's table of families, made from the manifests. Pure.
enum FamilyTable {
    private static let start = "<!-- families: made from the manifests by `make generate` -->\n"
    private static let end = "<!-- end of families -->\n"

    /// The page with its table made anew; `nil` where it has no place for one.
    static func placed(in page: String, for manifests: [DriverManifest]) -> String? {
        guard let head = page.range(of: start), let tail = page.range(of: end), head.upperBound <= tail.lowerBound else { return nil }
        let rows = manifests.map { manifest in
            let models = manifest.models.map { plain($0.name) }.joined(separator: "; ")
            return "| \(plain(manifest.title)) | \(models) | `\(manifest.name)` | [note](hardware-notes/\(manifest.hardwareNote)) |\n"
        }
        let table = "| family | models | driver | note |\n|---|---|---|---|\n" + rows.joined()
        return page[..<head.upperBound] + table + page[tail.lowerBound...]
    }

    /// Without what stands in brackets.
    private static func plain(_ text: String) -> String {
        text.replacing(/\s*\([^)]*\)/, with: "").replacing("|", with: "\\|")
    }
}
