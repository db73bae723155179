// SPDX-License-Identifier: Apache-2.0

/// Text of lines that carry a byte a character, U+0020 to U+00FF. For which letters the bytes from 80 up stand nobody says; taken so, two
/// names stay two, and what is echoed goes back byte for byte.
public enum ByteText {
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }

    /// The bytes of a text, without those that `isTaken` does not take; letters beyond U+00FF have none.
    public static func bytes(_ text: String, where isTaken: (UInt8) -> Bool) -> [UInt8] {
        text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }.filter(isTaken)
    }

    /// Without the blanks around it that some senders fill a field with; only U+0020: other blanks may be letters there.
    public static func trimmed(_ text: some StringProtocol) -> String {
        let blank: Unicode.Scalar = " "
        var scalars = Substring(text).unicodeScalars
        while scalars.first == blank { scalars.removeFirst() }
        while scalars.last == blank { scalars.removeLast() }
        return String(scalars)
    }
}
