// SPDX-License-Identifier: Apache-2.0

extension Transcript {
    /// Headers in the order in which a person wants them; others follow by name.
    private static let order = [
        "title", "driver", "settings", "evidence", "device", "firmware", "date", "port", "redacted", "timeZone", "operator", "unanswered", "task",
        "order", "image", "copies", "prompts", "outcome", "detail", "reason", "receipts", "finished", "reading", "remark", "late", "note",
    ]

    /// The text of a file with these dialogues: what ``read(_:file:)`` reads back as the same.
    public static func text(of dialogues: [Transcript]) -> String {
        var known: [String: String] = [:]
        var sections: [String] = []
        for dialogue in dialogues where !dialogue.steps.isEmpty {
            sections.append((dialogue.headerLines(behind: known) + dialogue.stepLines).joined(separator: "\n") + "\n")
            known = dialogue.headers.filter { !saidOnce.contains($0.key) }
        }
        return sections.joined(separator: "\n")
    }

    private func headerLines(behind known: [String: String]) -> [String] {
        let names = Set(headers.keys).union(known.keys)
        let sorted = Self.order.filter(names.contains) + names.subtracting(Self.order).sorted()
        let lines = sorted.compactMap { name -> String? in
            // The first line of a dialogue must be a header, or it would go on where the one before ended.
            if headers[name] == known[name], name != "title" { return nil }
            return Self.line("# \(name):", headers[name])
        }
        return lines.isEmpty ? ["# title: -"] : lines
    }

    private var stepLines: [String] {
        var lines: [String] = []
        for (index, step) in steps.enumerated() {
            lines += (asides[index] ?? []).map { Self.line("~", $0) }
            switch step {
            case .sent(let bytes): lines.append("> \(ByteText.hex(bytes)) ; \(comment(index, bytes))")
            case .received(let bytes): lines.append("< \(ByteText.hex(bytes)) ; \(comment(index, bytes))")
            case .silence: lines.append("~ silence")
            case .gone: lines.append("~ gone")
            }
        }
        return lines + (asides[steps.count] ?? []).map { Self.line("~", $0) }
    }

    private func comment(_ index: Int, _ bytes: [UInt8]) -> String {
        guard let time = times[index] else { return ByteText.words(bytes) }
        let milliseconds = time / .milliseconds(1)
        return "\(ByteText.seconds(milliseconds: Int(milliseconds.rounded()))) s  \(ByteText.words(bytes))"
    }

    /// One line, whatever is in the text.
    private static func line(_ begin: String, _ text: String?) -> String {
        let flat = (text ?? "").split(whereSeparator: \.isNewline).joined(separator: " ")
        return flat.isEmpty ? begin : "\(begin) \(flat)"
    }
}
