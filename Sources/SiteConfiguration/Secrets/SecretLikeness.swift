// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Tells a secret that was written where its path belongs. Such a value is refused and never printed: not in the log, not by `check`, not
/// at the endpoint, not in a report. What is a file is a path, whatever it looks like.
enum SecretLikeness {
    /// Fewer letters and digits in a row are no key and no token: a sector key of MIFARE Classic has twelve.
    private static let shortest = 12

    static func isSecret(_ text: String, resolved path: String) -> Bool {
        if FileManager.default.fileExists(atPath: path) { return false }
        // A folder that is there makes it the path of a file that is still to be written, unless its last part says otherwise.
        let run = longestRun(in: text)
        guard run.count >= shortest else { return HexWords.isHex(text) }
        let digits = run.filter(\.isNumber).count
        if run.allSatisfy(\.isHexDigit), digits > 0 { return true }
        if HexWords.isHex(text) { return true }
        let hasUpper = run.contains(where: \.isUppercase), hasLower = run.contains(where: \.isLowercase)
        return run.count >= 16 && digits >= 2 && hasUpper && hasLower || run.count >= 24 && digits >= 3
    }

    /// The longest run of characters that tokens are made of; dots, slashes, dashes and underscores part the words of a path.
    private static func longestRun(in text: String) -> Substring {
        text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+" || $0 == "=")) }.max { $0.count < $1.count } ?? ""
    }

    /// `A0 A1 A2 A3 A4 A5`, `a0:a1:a2:a3:a4:a5`
    private enum HexWords {
        static func isHex(_ text: String) -> Bool {
            let parts = text.split { " :-,".contains($0) }
            return parts.count >= 4 && parts.allSatisfy { $0.count <= 4 && $0.allSatisfy(\.isHexDigit) }
        }
    }
}
