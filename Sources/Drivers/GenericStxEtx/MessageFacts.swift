// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing

/// What a message can say.
struct MessageFacts: Sendable {
    var encoder: String
    var site: String
    var rooms: [String] = []
    var from: WallTime?
    var until: WallTime?
    var copies = 1
    var operatorName = ""
    var guestName = ""
    var reservationNumber = ""
}

extension MessageTemplate {
    /// The message's body.
    ///
    /// - Throws: `rejected` where something that decides which door opens does not fit: it is never cut or bent.
    func body(_ facts: MessageFacts, _ layout: MessageLayout) throws(Fault) -> [UInt8] {
        guard facts.rooms.count <= max(rooms, 1) else {
            throw Fault(
                .rejected(
                    reason: "this encoder puts at most \(max(rooms, 1)) rooms on a key and the order names \(facts.rooms.count)"))
        }
        let first = try render(facts, layout, length: 0)
        guard layout.parameters.canCarry(first) else {
            throw Fault(.rejected(reason: "the order is too long for this lock system, or has characters that its line cannot carry"))
        }
        guard fields.contains(where: { if case .length = $0 { true } else { false } }) else { return first }
        // Its width is fixed, so the number does not change what it counts.
        return try render(facts, layout, length: layout.parameters.frameLength(ofBody: first.count))
    }

    private func render(_ facts: MessageFacts, _ layout: MessageLayout, length: Int) throws(Fault) -> [UInt8] {
        var texts: [String] = []
        for part in parts {
            var text = ""
            for piece in part {
                switch piece {
                case .text(let literal): text += literal
                case .field(let field): text += try self.text(of: field, facts, layout, length: length)
                }
            }
            texts.append(text)
        }
        guard let body = layout.body(texts) else {
            throw Fault(.rejected(reason: "the order has characters that the line to this encoder cannot carry"))
        }
        return body
    }

    private func text(of field: Field, _ facts: MessageFacts, _ layout: MessageLayout, length: Int) throws(Fault) -> String {
        switch field {
        case .encoder(let width): return try exact(facts.encoder, width, "the encoder's name")
        case .site(let width): return try exact(facts.site, width, "the setting 'site'")
        case .room(let number, let width):
            guard facts.rooms.indices.contains(number - 1) else { return padded("", width) }
            let room = facts.rooms[number - 1]
            guard let text = LineText.exact(room), layout.canCarry(text) else {
                throw Fault(
                    .rejected(
                        reason: "the lock id \(String(room.prefix(40)).debugDescription) cannot be sent to this lock system: use 1 to "
                            + "\(width ?? LineText.longest) plain letters, digits and signs, exactly as the lock system spells it"))
            }
            return try exact(text, width, "the lock id \(text.debugDescription)")
        case .from(let pattern): return facts.from.map(pattern.text) ?? ""
        case .until(let pattern): return facts.until.map(pattern.text) ?? ""
        case .copies(let width): return try number(facts.copies, width ?? 1)
        case .operatorName(let width): return nearest(facts.operatorName, width, layout)
        case .guest(let width): return nearest(facts.guestName, width, layout)
        case .guestFirst(let width): return nearest(names(facts.guestName).first, width, layout)
        case .guestLast(let width): return nearest(names(facts.guestName).last, width, layout)
        case .reservation(let width): return nearest(facts.reservationNumber, width, layout)
        case .length(let width): return try number(length, width)
        case .blank(let width): return padded("", width)
        }
    }

    /// The last word is the family name; a single word is that too.
    private func names(_ name: String) -> (first: String, last: String) {
        let words = name.split(separator: " ")
        return (words.dropLast().joined(separator: " "), words.last.map(String.init) ?? "")
    }

    private func exact(_ text: String, _ width: Int?, _ what: String) throws(Fault) -> String {
        guard let width else { return text }
        guard text.utf8.count <= width else {
            throw Fault(.rejected(reason: "\(what) is longer than the \(width) characters that this lock system has for it"))
        }
        return padded(text, width)
    }

    private func nearest(_ text: String, _ width: Int?, _ layout: MessageLayout) -> String {
        let plain = LineText.nearest(text).filter { layout.canCarry(String($0)) }
        return width.map { padded(String(plain.prefix($0)), $0) } ?? plain
    }

    private func padded(_ text: String, _ width: Int?) -> String {
        text + String(repeating: " ", count: max(0, (width ?? 0) - text.utf8.count))
    }

    private func number(_ value: Int, _ width: Int) throws(Fault) -> String {
        let digits = String(value)
        guard digits.count <= max(width, 1) else {
            throw Fault(.rejected(reason: "the number \(value) does not fit into this lock system's message"))
        }
        return String(repeating: "0", count: width - digits.count) + digits
    }
}

/// How the fields of a message stand in its body.
struct MessageLayout: Sendable, Hashable {
    /// What each of our messages begins with. Answers begin with as many bytes.
    var address: [UInt8] = []
    /// `nil`: the message is one field.
    var separator: UInt8?
    var place: SeparatedFields.Place
    var parameters: StxEtxParameters
    /// Stands before the first field of every message, in either direction; answers may leave it out.
    var firstField: String?

    func body(_ texts: [String]) -> [UInt8]? {
        let texts = [firstField].compactMap(\.self) + texts
        let fields =
            if let separator {
                SeparatedFields(texts, separator: separator, place: place)
            } else {
                texts.count == 1 ? SeparatedFields(texts, separator: 0, place: .between) : nil
            }
        return fields.map { address + $0.body }
    }

    /// The fields behind the address and the first field.
    func fields(_ body: [UInt8]) -> SeparatedFields? {
        let body = text(of: body)
        guard let separator else { return SeparatedFields(body: body, separator: 0, place: .between) }
        var row = SeparatedFields(body: body, separator: separator, place: place)
        if let firstField, row?[0] == firstField { row?.fields.removeFirst() }
        return row
    }

    /// What stands behind the address.
    func text(of body: [UInt8]) -> [UInt8] { Array(body.dropFirst(address.count)) }

    func canCarry(_ text: String) -> Bool { separator.map { !text.utf8.contains($0) } ?? true }
}
