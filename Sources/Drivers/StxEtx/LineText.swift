// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Text as the line takes it: printable ASCII, at most 24 characters.
enum LineText {
    static let longest = 24

    /// The text if it can go out unchanged. For names that decide which door opens: they are never bent into others.
    static func exact(_ text: String) -> String? {
        guard !text.isEmpty, text.utf8.count <= longest, text.utf8.allSatisfy(isPrintable) else { return nil }
        return text
    }

    /// The nearest text in plain Latin letters. For names that are printed or logged: `Zoë Müller` becomes `Zoe Muller`.
    static func nearest(_ text: String) -> String {
        // The transform makes several letters of one at times; what comes from outside may be of any length.
        let start = String(text.prefix(4 * longest))
        let latin = start.applyingTransform(StringTransform("Any-Latin; Latin-ASCII"), reverse: false) ?? start
        // A tabulator or the end of a line stands between words like a blank.
        let spaced = latin.unicodeScalars.map { $0.properties.isWhitespace || $0.value < 0x20 ? " " : $0 }
        let words = String(String.UnicodeScalarView(spaced.filter { $0.isASCII && isPrintable(UInt8($0.value)) })).split(separator: " ")
        let printable = words.joined(separator: " ")
        return String(printable.trimmingCharacters(in: .whitespaces).prefix(longest)).trimmingCharacters(in: .whitespaces)
    }

    private static func isPrintable(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) }
}
