// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Text as these protocols take it: one line of printable ASCII, cut at a word.
enum ShortText {
    static func ascii(_ text: String, longest: Int) -> String {
        let latin = text.applyingTransform(StringTransform("Any-Latin; Latin-ASCII"), reverse: false) ?? text
        let plain = String(String.UnicodeScalarView(latin.unicodeScalars.filter { (0x20...0x7E).contains($0.value) && $0 != "|" }))
        let words = plain.split(separator: " ")
        var line = ""
        for word in words {
            let longer = line.isEmpty ? String(word) : line + " " + word
            if longer.count > longest { break }
            line = longer
        }
        return line.isEmpty ? String(plain.prefix(longest)) : line
    }
}
