// SPDX-License-Identifier: Apache-2.0
import EncoderModel

extension TimeFormat {
    private static let units: [(word: String, seconds: Int)] = [("seconds", 1), ("minutes", 60), ("hours", 3600), ("days", 86_400)]

    /// The end of a key is rounded up and its beginning down, so that a key never opens for less than was ordered.
    init(_ words: inout FieldWords, isEnd: Bool) throws(TemplateText.Objection) {
        var shapes: [Shape] = []
        if let pattern = words.take("as") {
            guard let pieces = Piece.pieces(of: pattern) else {
                throw TemplateText.Objection(
                    "{\(words.name)}: '\(pattern)' is no pattern: use YYYY, YY, MM, DD, DDD (day of the year), hh, mm, ss and signs between"
                )
            }
            shapes.append(.pattern(pieces))
        }
        let isUnix = try words.takeFlag("unix")
        if isUnix { shapes.append(.count(unit: 1, since: CivilTime(seconds: 0))) }
        let since = words.take("since")
        for unit in Self.units where try words.takeFlag(unit.word) {
            guard let since else {
                throw TemplateText.Objection("{\(words.name)}: say since when, as in {\(words.name) \(unit.word) since=2020-01-01}")
            }
            let numbers = since.split(separator: "-").map { Int($0) ?? 0 }
            guard numbers.count == 3, let start = CivilTime(year: numbers[0], month: numbers[1], day: numbers[2]) else {
                throw TemplateText.Objection("{\(words.name)}: '\(since)' is no day: write it as in since=2020-01-01")
            }
            shapes.append(.count(unit: unit.seconds, since: start))
        }
        guard shapes.count == 1, since == nil || !isUnix else {
            let ways = "as=YYMMDDhhmm, unix, or seconds, minutes, hours or days with since=2020-01-01"
            throw TemplateText.Objection("{\(words.name)}: write the time in exactly one way: \(ways)")
        }
        shape = shapes[0]
        if since != nil, case .pattern = shape {
            throw TemplateText.Objection("{\(words.name)}: 'since' belongs to seconds, minutes, hours or days")
        }
        zone = try words.takeChoice("zone", Zone.self) ?? (isUnix ? .utc : .property)
        rounding = try words.takeChoice("round", Rounding.self) ?? (isEnd ? .up : .down)
    }
}
