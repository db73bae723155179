// SPDX-License-Identifier: Apache-2.0
import Framing

/// What an encoder understood of a message. Strict, so that a bridge that bends the layout is found out.
struct StxEtxOrder: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case new, copy, read
        /// Understood so far that it can be refused by name.
        case nonsense
    }

    var kind = Kind.nonsense
    var command = ""
    var encoder = ""
    var site = ""
    var rooms: [String] = []
    var from = ""
    var till = ""
    var count = 1

    init(_ body: [UInt8], from family: StxEtxFamily) {
        switch family {
        case .inhova: readInHova(body)
        case .vingcard2100: readVingCard(body)
        case .visionline: readVisionline(body)
        case .cisa: readCisa(body)
        case .kabaIlco: readKaba(body)
        }
    }

    /// The PMS' computer where there is one, command, room, from in two fields, till in two, authorisations, PIN, EF, operator, encoder, three
    /// tracks, technology, rooms 2 to 4, and whether the card's number is wanted. To read a card: command, technology, format, track, EF,
    /// encoder and a message.
    private mutating func readInHova(_ body: [UInt8]) {
        guard let row = SeparatedFields(body: body), row.count >= 2 else { return }
        var fields = (0..<row.count).map { row[$0] ?? "" }
        let commands = ["CI", "CG", "RC"]
        if !commands.contains(fields[0]), commands.contains(fields[1]) { site = fields.removeFirst() }
        command = fields[0]
        if command == "RC", fields.count == 7, fields[1...4] == ["P", "T", "3", "EF"] { (kind, encoder) = (.read, fields[5]) }
        guard command != "RC", fields.count == 19 else { return }
        encoder = fields[10]
        rooms = [fields[1]] + fields[15...17].filter { !$0.isEmpty }
        from = "\(fields[2]) \(fields[3])"
        till = "\(fields[4]) \(fields[5])"
        let isWhole = fields[8] == "EF" && fields[14] == "P" && !fields[1].isEmpty && Self.isMoment(from, 12) && Self.isMoment(till, 12)
        if isWhole { kind = command == "CI" ? .new : .copy }
    }

    /// Two addresses and a letter, then fields that begin with one.
    private mutating func readVingCard(_ body: [UInt8]) {
        guard let row = SeparatedFields(body: body, separator: 0x1E, place: .between), let head = row[0], head.count == 5 else { return }
        (encoder, command) = (String(head.prefix(2)), String(head.suffix(1)))
        var values: [Character: String] = [:]
        for index in 1..<max(1, row.count) {
            if let field = row[index], let tag = field.first { values[tag] = String(field.dropFirst()) }
        }
        rooms = [values["R"] ?? ""]
        till = values["O"] ?? ""
        if command == "A", values["U"]?.isEmpty == false, rooms != [""], Self.isMoment(till, 12) { kind = .new }
    }

    /// Fields that begin with two letters.
    private mutating func readVisionline(_ body: [UInt8]) {
        guard let row = SeparatedFields(body: body, separator: UInt8(ascii: ";"), place: .behind), let head = row[0] else { return }
        command = head
        var values: [String: String] = [:]
        for index in 1..<max(1, row.count) {
            if let field = row[index] { values[String(field.prefix(2))] = String(field.dropFirst(2)) }
        }
        encoder = values["EA"] ?? ""
        if command == "CCB", values["SR"] == "?" { kind = .read }
        guard command == "CCA", let room = values["GR"], !room.isEmpty, let cards = Int(values["NC"] ?? ""), (1...9).contains(cards) else {
            return
        }
        (rooms, count, from, till) = ([room], cards, values["CI"] ?? "", values["CO"] ?? "")
        if Self.isMoment(from, 12), Self.isMoment(till, 12) { kind = .new }
    }

    /// 128 characters by their places.
    private mutating func readCisa(_ body: [UInt8]) {
        func columns(_ first: Int, _ last: Int) -> String {
            body.count >= last ? SeparatedFields.text(body[(first - 1)...(last - 1)]) : ""
        }
        (site, command, encoder) = (columns(1, 6), columns(9, 10), columns(23, 24))
        (rooms, from, till) = ([columns(59, 64)], columns(65, 76), columns(77, 88))
        count = Int(columns(97, 99)) ?? 0
        let isWhole = body.count == 128 && columns(7, 8) == "38" && (1...9).contains(count) && rooms != [""]
        guard isWhole, Self.isMoment(from, 12), Self.isMoment(till, 12) else { return }
        if command == "01" { kind = .new }
        if command == "03" { kind = .copy }
    }

    /// Encoder, sender, command, length of the whole frame, then fields that begin with a sign.
    private mutating func readKaba(_ body: [UInt8]) {
        let head = SeparatedFields.text(body.prefix(9))
        guard head.count == 9 else { return }
        (encoder, command) = (String(head.prefix(2)), String(head.dropFirst(4).prefix(1)))
        guard Int(head.suffix(4)) == body.count + 3,
            let row = SeparatedFields(body: Array(body.dropFirst(9)), separator: 0x1C, place: .behind)
        else { return }
        var values: [Character: String] = [:]
        for index in 0..<row.count {
            if let field = row[index], let tag = field.first { values[tag] = String(field.dropFirst()) }
        }
        rooms = [values["\""] ?? ""]
        till = values["$"] ?? ""
        if command == "1", rooms != [""], Self.isMoment(till, 12) { kind = .new }
    }

    /// That many digits, with a month and an hour among them that a calendar and a clock have; signs between them are overlooked.
    private static func isMoment(_ text: String, _ count: Int) -> Bool {
        let digits = text.filter { $0.isASCII && $0.isNumber }
        guard digits.count == count, let hour = Int(digits.dropFirst(8).prefix(2)) else { return false }
        // Day first or year first: the month stands third either way, or fifth.
        let month = Int(text.contains("/") && !text.hasPrefix("20") ? digits.dropFirst(2).prefix(2) : digits.dropFirst(4).prefix(2)) ?? 0
        return hour < 24 && (1...12).contains(month)
    }
}
