// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

extension LayoutPart {
    private typealias Objection = TemplateText.Objection
    static let fieldNames = [
        "lock", "locks", "lockCount", "from", "until", "copy", "copies", "sequence", "reservation", "guest", "mode",
    ]
    static let otherNames = ["fill", "crc", "sum", "xor", "luhn", "hmac"]

    /// The parts of a template.
    static func parts(of template: String, at place: LayoutPlace) throws(TemplateText.Objection) -> [LayoutPart] {
        var parts: [LayoutPart] = []
        for piece in try TemplateText.pieces(of: template, isText: place.isText) {
            switch piece {
            case .constant(let bytes): parts.append(LayoutPart(name: "constant", content: .constant(bytes)))
            case .braces(let words): parts.append(try part(words, at: place))
            }
        }
        return parts
    }

    private static func part(_ given: FieldWords, at place: LayoutPlace) throws(TemplateText.Objection) -> LayoutPart {
        var words = given
        let content: Content
        switch words.name {
        case "fill": content = try fill(&words, at: place)
        case "crc", "sum", "xor", "luhn", "hmac": content = .check(try LayoutCheck(&words, isText: place.isText))
        default:
            // A constant that other parts can refer to: {head: 'A1'} is characters everywhere.
            guard fieldNames.contains(words.name) else {
                throw Objection("{\(words.name)} is no field: known are \((fieldNames + otherNames).joined(separator: ", "))")
            }
            let field = try OrderField(&words)
            content = .field(field, try OrderFieldFormat(&words, of: field, isText: place.isText))
        }
        try words.refuseRest()
        return LayoutPart(label: words.label, name: words.name, content: content)
    }

    private static func fill(_ words: inout FieldWords, at place: LayoutPlace) throws(TemplateText.Objection) -> Content {
        let most = place.most(bitsPerCharacter: 5)
        guard let length = try words.takeNumber("to", 1...most) ?? place.exact else {
            throw Objection("{fill} needs the length of the whole track here, as in {fill to=30}")
        }
        guard let text = words.take("with") else { return .fill(to: length, with: place.isText ? UInt8(ascii: "0") : 0) }
        let bytes = place.isText ? Array(text.utf8) : HexText.decode(text) ?? []
        guard bytes.count == 1 else {
            throw Objection(place.isText ? "{fill}: 'with' is one character" : "{fill}: 'with' is one byte, as in with=FF")
        }
        return .fill(to: length, with: bytes[0])
    }
}

extension OrderField {
    init(_ words: inout FieldWords) throws(TemplateText.Objection) {
        switch words.name {
        case "lock": self = .lock(try words.takeNumber("n", 1...99) ?? 1)
        case "locks":
            self = .locks(
                join: try words.take("join").map { (text) throws(TemplateText.Objection) in try TemplateText.characters(text) } ?? [])
        case "lockCount": self = .lockCount
        case "from": self = .from
        case "until": self = .until
        case "copy": self = .copy
        case "copies": self = .copies
        case "sequence": self = .sequence
        case "reservation": self = .reservation
        case "guest": self = .guest
        default:
            guard let new = words.take("new"), let copy = words.take("copy") else {
                throw TemplateText.Objection("{mode} needs what stands for each kind of key, as in {mode new=1 copy=2}")
            }
            self = .mode(new: try TemplateText.characters(new), copy: try TemplateText.characters(copy))
        }
    }

    /// A number in itself, not digits of a text.
    fileprivate var isNumber: Bool {
        switch self {
        case .lockCount, .copy, .copies, .sequence: true
        case .lock, .locks, .from, .until, .reservation, .guest, .mode: false
        }
    }
}

extension OrderFieldFormat {
    init(_ words: inout FieldWords, of field: OrderField, isText: Bool) throws(TemplateText.Objection) {
        if field.isTime { time = try TimeFormat(&words, isEnd: field == .until) }
        switch field {
        case .lock(2...), .reservation, .guest:
            otherwise = try words.take("else").map { (text) throws(TemplateText.Objection) in try TemplateText.characters(text) }
        default: otherwise = nil
        }
        format = try FieldFormat(&words, isText: isText)
        let isCount = if case .count? = time?.shape { true } else { field.isNumber }
        if isCount, !isText, format.coding == .characters {
            throw TemplateText.Objection("{\(words.name)} is a number: say how, with be=N or le=N (bytes), bcd=N (bytes) or digits=N")
        }
        if let length = time?.length, case .digits(let count) = format.coding, count < length {
            throw TemplateText.Objection("{\(words.name)} has a pattern of \(length) digits: they do not fit into digits=\(count)")
        }
    }
}

extension FieldFormat {
    fileprivate init(_ words: inout FieldWords, isText: Bool) throws(TemplateText.Objection) {
        var codings: [Coding] = []
        if let count = try words.takeNumber("digits", 1...99) { codings.append(.digits(count)) }
        if isText {
            if let count = try words.takeNumber("hex", 1...16) { codings.append(.hex(count)) }
        } else {
            if let count = try words.takeNumber("be", 1...16) { codings.append(.bigEndian(count)) }
            if let count = try words.takeNumber("le", 1...16) { codings.append(.littleEndian(count)) }
            if let text = words.take("bcd") {
                guard text.isEmpty || (1...64).contains(Int(text) ?? 0) else {
                    throw TemplateText.Objection("{\(words.name)}: 'bcd' stands alone or has a number of bytes, as in bcd=5")
                }
                codings.append(.packed(Int(text)))
            }
        }
        guard codings.count <= 1 else {
            throw TemplateText.Objection(
                "{\(words.name)} is written in two ways: keep one of \(isText ? "digits, hex" : "digits, be, le, bcd")")
        }
        coding = codings.first ?? .characters
        upperCase = try words.takeFlag("upper")
        guard let width = try words.takeNumber("width", 1...255) else { return }
        guard coding == .characters else {
            throw TemplateText.Objection("{\(words.name)}: 'width' pads characters; digits, hex, be, le and bcd have their own length")
        }
        let with = Array((words.take("pad") ?? " ").utf8)
        guard with.count == 1 else { throw TemplateText.Objection("{\(words.name)}: 'pad' is one character, as in pad=0") }
        padding = Padding(
            width: width, with: with[0], inFront: try words.takeFlag("right"), cuts: try words.takeFlag("cut"))
    }
}
