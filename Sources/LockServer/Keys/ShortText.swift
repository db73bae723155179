// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Text as these protocols take it: one line of printable ASCII, cut at a word.
enum ShortText {
    /// - Parameter language: in German an umlaut has two letters without its dots.
    static func ascii(_ text: String, longest: Int, in language: Language = .english) -> String {
        let way = language == .german ? "Any-Latin; de-ASCII" : "Any-Latin; Latin-ASCII"
        let latin = text.applyingTransform(StringTransform(way), reverse: false) ?? text
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
