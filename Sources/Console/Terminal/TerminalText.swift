// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Writes to standard error: what went wrong, never mixed with results.
package func complain(_ sentence: String) {
    FileHandle.standardError.write(Data((PlainText.clean(sentence, keepingLines: true) + "\n").utf8))
}

/// Breaks a text at spaces so that it fits beside an indent on a terminal of 80 columns.
package func wrapped(_ text: String, indent: Int, width: Int = 80) -> String {
    var lines: [String] = []
    var line = ""
    for whole in text.split(separator: " ") {
        // A word that fits in no line (a device's name in /dev/serial/by-id) is cut.
        var word = whole
        while word.count > width - indent, width > indent {
            if !line.isEmpty { lines.append(line) }
            line = ""
            lines.append(String(word.prefix(width - indent)))
            word = word.dropFirst(width - indent)
        }
        if !line.isEmpty, line.count + 1 + word.count > width - indent {
            lines.append(line)
            line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(line)
    return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
}

/// `3 s`, `12 min`, `5 h`, `2 days`.
package func age(_ date: Date, now: Date = Date()) -> String {
    let seconds = max(0, Int(now.timeIntervalSince(date)))
    return switch seconds {
    case ..<90: "\(seconds) s"
    case ..<5400: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) days"
    }
}

extension String {
    /// Filled up with spaces; never cut.
    package func padded(_ width: Int) -> String { count >= width ? self : self + String(repeating: " ", count: width - count) }
}
