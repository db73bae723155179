// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// How a message is made of an order: fields between bars, with the order's parts in braces.
///
///     {encoder} | CI | {room} | {until:dd/MM/yyyy} | {until:HH:mm}
///
/// The bars become the family's separator. What may stand in braces is in ``Field``; a number behind a colon is a width: texts are
/// filled up with blanks behind them, numbers with zeros before them.
struct MessageTemplate: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case text(String)
        case field(Field)
    }

    enum Field: Sendable, Hashable {
        /// Go out as they are or not at all.
        case encoder(width: Int?), site(width: Int?)
        /// `room` or `room1` is the guest's own; a template takes as many locks as it names.
        case room(Int, width: Int?)
        case from(DatePattern), until(DatePattern)
        /// Cards that this message orders.
        case copies(width: Int?)
        /// Names: bent into plain Latin letters, and cut where there is a width.
        case operatorName(width: Int?), guest(width: Int?), guestFirst(width: Int?), guestLast(width: Int?), reservation(width: Int?)
        /// Bytes of the whole frame.
        case length(width: Int)
        case blank(width: Int)
    }

    let parts: [[Piece]]

    var fields: [Field] {
        parts.joined().compactMap { if case .field(let field) = $0 { field } else { nil } }
    }

    /// How many locks it takes.
    var rooms: Int {
        fields.compactMap { if case .room(let number, _) = $0 { number } else { nil } }.max() ?? 0
    }

    private var untilParts: [DatePattern.Part] {
        fields.flatMap { field -> [DatePattern.Part] in if case .until(let pattern) = field { pattern.parts } else { [] } }
    }

    /// Keys that one such message can order: as many as its number has digits for.
    var mostCopies: Int {
        for case .copies(let width) in fields {
            let digits = String(repeating: "9", count: min(width ?? 1, 2))
            return min(Int(digits) ?? 9, KeyOrder.maximumCopies)
        }
        return 1
    }

    var tellsTheBeginning: Bool { fields.contains { if case .from = $0 { true } else { false } } }

    /// Fields that are the same in every message, such as the command.
    var literals: Set<String> {
        Set(parts.compactMap { part in if case .text(let text)? = part.first, part.count == 1 { text } else { nil } })
    }

    /// The message tells day and hour of the key's end.
    var tellsTheEnd: Bool {
        let parts = Set(untilParts)
        return parts.isSuperset(of: [.month, .day, .hour]) && !parts.isDisjoint(with: [.year, .shortYear])
    }

    /// See ``WallClock/step``.
    var dateStep: Int { untilParts.contains(.minute) ? 60 : 3600 }

    /// - Throws: the setting's name with a sentence on what is wrong with its text.
    init(_ text: String, setting: String) throws(SettingsFault) {
        var parts: [[Piece]] = []
        for part in text.split(separator: "|", omittingEmptySubsequences: false) {
            parts.append(try Self.pieces(part.drop { $0 == " " }.dropTrailingBlanks(), setting: setting))
        }
        self.parts = parts
    }

    private static func pieces(_ text: Substring, setting: String) throws(SettingsFault) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text
        while let first = rest.first {
            if first == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    throw SettingsFault(key: setting, "'\(setting)' has a { without its }: write a field such as {room}")
                }
                let word = rest[rest.index(after: rest.startIndex)..<end]
                guard let field = Field(word) else {
                    throw SettingsFault(key: setting, "'\(setting)' has a field {\(word)} that means nothing: use \(Field.known)")
                }
                pieces.append(.field(field))
                rest = rest[rest.index(after: end)...]
            } else {
                let literal = rest.prefix { $0 != "{" }
                guard literal.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), !literal.contains("}") else {
                    throw SettingsFault(key: setting, "'\(setting)' may have plain letters, digits and signs only beside its fields")
                }
                pieces.append(.text(String(literal)))
                rest = rest.dropFirst(literal.count)
            }
        }
        return pieces
    }
}

extension MessageTemplate.Field {
    static let known =
        "{encoder}, {site}, {room} to {room4}, {from:yyyyMMddHHmm}, {until:yyyyMMddHHmm}, {copies}, {operator}, {guest}, {guestFirst}, "
        + "{guestLast}, {reservation}, {length:4}, {blank:8}"

    /// Reads `room`, `guest:15`, `until:dd/MM/yyyy`.
    init?(_ text: Substring) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let format = parts.count > 1 ? parts[1] : nil
        if parts[0] == "from" || parts[0] == "until" {
            guard let pattern = format.flatMap({ DatePattern($0) }) else { return nil }
            self = parts[0] == "from" ? .from(pattern) : .until(pattern)
            return
        }
        var width: Int?
        if let format {
            guard let number = Int(format), (1...80).contains(number) else { return nil }
            width = number
        }
        switch parts[0] {
        case "encoder": self = .encoder(width: width)
        case "site": self = .site(width: width)
        case "room", "room1": self = .room(1, width: width)
        case "room2": self = .room(2, width: width)
        case "room3": self = .room(3, width: width)
        case "room4": self = .room(4, width: width)
        case "copies": self = .copies(width: width)
        case "operator": self = .operatorName(width: width)
        case "guest": self = .guest(width: width)
        case "guestFirst": self = .guestFirst(width: width)
        case "guestLast": self = .guestLast(width: width)
        case "reservation": self = .reservation(width: width)
        case "length":
            guard let width, width <= 5 else { return nil }
            self = .length(width: width)
        case "blank":
            guard let width else { return nil }
            self = .blank(width: width)
        default: return nil
        }
    }
}

extension Substring {
    fileprivate func dropTrailingBlanks() -> Substring {
        var rest = self
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}
