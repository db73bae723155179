// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Commands as a screen of 80 columns shows them, so that they can still be copied into a shell: a long one goes on in the next line
/// behind a backslash, a remark that does not fit stands above.
package enum ShellText {
    package static func lines(_ command: String, indent: Int, width: Int = 80) -> [String] {
        let blank = String(repeating: " ", count: indent)
        var code = command
        var remark: String?
        if let mark = command.range(of: "    # ") {
            code = String(command[..<mark.lowerBound])
            remark = String(command[mark.upperBound...])
        }
        if let remark, indent + code.count + 4 + remark.count <= width { return [blank + code + "  # " + remark] }
        let above =
            remark.map { wrapped($0, indent: 0, width: width - indent - 2).split(separator: "\n").map { blank + "# " + $0 } } ?? []
        var lines: [String] = []
        var line = ""
        // Only between words that no quotation mark holds together.
        for word in words(code) {
            if !line.isEmpty, indent + line.count + 1 + word.count + 2 > width {
                lines.append(blank + line + " \\")
                line = "  "
            }
            line += (line.isEmpty || line == "  " ? "" : " ") + word
        }
        lines.append(blank + line)
        return above + lines
    }

    private static func words(_ code: String) -> [String] {
        var words: [String] = []
        var word = ""
        var mark: Character?
        for character in code {
            if character == " ", mark == nil {
                words.append(word)
                word = ""
                continue
            }
            if character == mark { mark = nil } else if mark == nil, character == "'" || character == "\"" { mark = character }
            word.append(character)
        }
        return words + [word]
    }
}
