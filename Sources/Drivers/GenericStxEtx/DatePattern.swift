// SPDX-License-Identifier: Apache-2.0

/// How a message writes a moment of the hotel's wall clock: `yyyyMMddHHmm`, `dd/MM/yyyy`.
struct DatePattern: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case year, shortYear, month, day, hour, minute
        /// Always 00: orders have no seconds.
        case second
        case sign(Character)
    }

    private static let letters: [(String, Part)] = [
        ("yyyy", .year), ("yy", .shortYear), ("MM", .month), ("dd", .day), ("HH", .hour), ("mm", .minute), ("ss", .second),
    ]

    let parts: [Part]

    /// `nil` if there is a letter that means nothing.
    init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        var parts: [Part] = []
        while let first = rest.first {
            if let (word, part) = Self.letters.first(where: { rest.hasPrefix($0.0) }) {
                parts.append(part)
                rest = rest.dropFirst(word.count)
            } else {
                guard !first.isLetter else { return nil }
                parts.append(.sign(first))
                rest = rest.dropFirst()
            }
        }
        guard !parts.isEmpty else { return nil }
        self.parts = parts
    }

    func text(_ time: WallTime) -> String {
        parts.map { part in
            switch part {
            case .year: String(time.year)
            case .shortYear: twoDigits(time.year % 100)
            case .month: twoDigits(time.month)
            case .day: twoDigits(time.day)
            case .hour: twoDigits(time.hour)
            case .minute: twoDigits(time.minute)
            case .second: "00"
            case .sign(let character): String(character)
            }
        }.joined()
    }
}
