// SPDX-License-Identifier: Apache-2.0

/// What may be printed: the one rule for terminals, logs and pages. Names of processes and devices, answers of encoders and keys of a
/// configuration come from outside; a control character among them could move the cursor or colour the screen, a bidirectional mark could
/// turn a sentence round, a character without width could make two names look like one.
public enum PlainText {
    /// The same text with what must not be printed shown as `<1B>`, by its code point. Line feeds stay where `keepingLines` says so.
    public static func clean(_ text: String, keepingLines: Bool = false) -> String {
        guard text.unicodeScalars.contains(where: { !isPlain($0, keepingLines) }) else { return text }
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isPlain(scalar, keepingLines) {
                plain.append(scalar)
            } else if scalar == "\t" || scalar == "\n" || scalar == "\r" {
                plain.append(" ")
            } else {
                let hex = String(scalar.value, radix: 16, uppercase: true)
                plain.append(contentsOf: "<\(hex.count < 2 ? "0" + hex : hex)>".unicodeScalars)
            }
        }
        return String(plain)
    }

    private static func isPlain(_ scalar: Unicode.Scalar, _ keepingLines: Bool) -> Bool {
        if (0x20..<0x7F).contains(scalar.value) { return true }
        if scalar == "\n" { return keepingLines }
        // Marks that a browser shows as nothing, and fillers that look like a blank.
        if [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0].contains(scalar.value) { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
        default: return !scalar.properties.isVariationSelector
        }
    }
}
