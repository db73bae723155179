// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A name "without special characters", as the API puts it: accents fall away, a few letters are spelled out, what remains beyond
/// ASCII is dropped. How the real system does it is not published; a client must bear an absent one.
enum NormalizedName {
    private static let spelledOut: [Character: String] = [
        "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ß": "ss", "æ": "ae",
        "Æ": "AE", "œ": "oe", "Œ": "OE", "ı": "i", "’": "'",
    ]

    /// Nil if nothing is left, for instance of a name in Chinese.
    static func of(_ name: String?) -> String? {
        guard let name else { return nil }
        let plain = name.map { spelledOut[$0] ?? String($0) }.joined().decomposedStringWithCanonicalMapping
        let ascii = String(String.UnicodeScalarView(plain.unicodeScalars.filter(\.isASCII))).trimmingCharacters(in: .whitespaces)
        return ascii.isEmpty ? nil : ascii
    }
}
