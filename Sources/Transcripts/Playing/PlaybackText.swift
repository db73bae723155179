// SPDX-License-Identifier: Apache-2.0

/// A playback as a technician reads it: the dialogue line by line, and where the driver left it, both sides below each other.
public enum PlaybackText {
    private static let width = 16

    /// What differs, the first difference first and marked; nothing for a playback that is the same.
    public static func differences(_ playback: Playback) -> [String] {
        guard !playback.isSame else { return [] }
        var lines: [String] = []
        var first = true
        for move in merged(playback.moves) {
            switch move {
            case .received(let bytes): lines += rows("  <", bytes)
            case .silence: lines.append("  ~ silence")
            case .gone: lines.append("  ~ gone")
            case .sent(let bytes, let expected):
                guard !move.isAsRecorded else {
                    lines += rows("  >", bytes)
                    continue
                }
                if first { lines.append("  here the driver leaves the recording:") }
                first = false
                lines += difference(bytes, expected: expected)
            }
        }
        if !playback.unplayed.isEmpty {
            if first { lines.append("  here the driver ends before the recording does:") }
            for step in playback.unplayed { lines += recorded(step) }
        }
        return lines + playback.headerDifferences.map { "! \($0)" }
    }

    private static func difference(_ bytes: [UInt8], expected: Transcript.Step?) -> [String] {
        guard case .sent(let wanted)? = expected else {
            let place =
                switch expected {
                case .received(let next)?: "the encoder speaks (\(ByteText.words(next)))"
                case .silence?: "nothing more comes"
                case .gone?: "the port is unplugged"
                case .sent?, nil: "the recording ends"
                }
            return rows("+ >", bytes, note: "sent") + ["    sent where \(place)"]
        }
        let place = zip(wanted, bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(wanted.count, bytes.count)
        let what = "\(shown(wanted, place)) recorded, \(shown(bytes, place)) sent"
        var lines: [String] = []
        let rowCount = (max(wanted.count, bytes.count) + width - 1) / width
        for row in 0..<max(1, rowCount) {
            let (left, right) = (slice(wanted, row), slice(bytes, row))
            if left == right {
                lines.append(line("  >", left, nil))
                continue
            }
            lines.append(line("- >", left, row == 0 ? "recorded" : nil))
            lines.append(line("+ >", right, row == 0 ? "sent" : nil))
            if place / width == row {
                lines.append(String(repeating: " ", count: 4 + (place % width) * 3) + "^^ byte \(place + 1): \(what)")
            }
        }
        return lines
    }

    private static func recorded(_ step: Transcript.Step) -> [String] {
        switch step {
        case .sent(let bytes): rows("- >", bytes, note: "recorded")
        case .received(let bytes): rows("- <", bytes, note: "recorded")
        case .silence: ["- ~ silence"]
        case .gone: ["- ~ gone"]
        }
    }

    private static func shown(_ bytes: [UInt8], _ place: Int) -> String {
        guard bytes.indices.contains(place) else { return "nothing" }
        let letter = (0x21...0x7E).contains(bytes[place]) ? " '\(ByteText.ascii([bytes[place]]))'" : ""
        return ByteText.pair(bytes[place]) + letter
    }

    private static func rows(_ mark: String, _ bytes: [UInt8], note: String? = nil) -> [String] {
        (0..<max(1, (bytes.count + width - 1) / width)).map { line(mark, slice(bytes, $0), $0 == 0 ? note : nil) }
    }

    private static func slice(_ bytes: [UInt8], _ row: Int) -> [UInt8] { Array(bytes.dropFirst(row * width).prefix(width)) }

    /// `  > 02 B3 ...    .|LT|1|     sent`
    private static func line(_ mark: String, _ bytes: [UInt8], _ note: String?) -> String {
        func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
        let text =
            padded("\(mark) \(ByteText.hex(bytes))", 4 + width * 3)
            + padded(bytes.count == 1 ? ByteText.words(bytes) : ByteText.ascii(bytes), width)
        let whole = text + (note.map { "  " + $0 } ?? "")
        return String(whole.reversed().drop { $0 == " " }.reversed())
    }

    /// Bytes that came one by one are shown together.
    private static func merged(_ moves: [ScriptMove]) -> [ScriptMove] {
        moves.reduce(into: []) { merged, move in
            if case .received(let more) = move, more.count == 1, case .received(let bytes)? = merged.last {
                merged[merged.count - 1] = .received(bytes + more)
            } else {
                merged.append(move)
            }
        }
    }
}
