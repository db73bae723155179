// SPDX-License-Identifier: Apache-2.0

/// Text for people: one line, plain, short.
enum Notes {
    /// Mews does not publish how much a note may hold; this fits its list and says enough.
    static let longest = 500

    /// Control characters and runs of blanks become single blanks; what is too long ends at a word with an ellipsis.
    static func plain(_ text: String, upTo limit: Int = longest) -> String {
        let words = text.split { character in
            character.isWhitespace || character.unicodeScalars.contains { $0.properties.generalCategory == .control }
        }
        let line = words.joined(separator: " ")
        guard line.count > limit else { return line }
        let cut = line.prefix(max(0, limit - 1))
        let end = cut.lastIndex(of: " ") ?? cut.endIndex
        return cut[..<end] + "\u{2026}"
    }
}
