// SPDX-License-Identifier: Apache-2.0

extension LayoutCheck {
    init(_ words: inout FieldWords, isText: Bool) throws(TemplateText.Objection) {
        let name = words.name
        switch name {
        case "crc":
            guard let kind = try words.takeChoice("kind", CyclicCheck.self) else {
                let kinds = CyclicCheck.allCases.map(\.rawValue).joined(separator: ", ")
                throw TemplateText.Objection("{crc} needs its kind, as in {crc kind=crc-16/x-25}: \(kinds)")
            }
            algorithm = .cyclic(kind)
        case "sum": algorithm = .sum(bytes: try words.takeNumber("bytes", 1...8) ?? 1, negated: try words.takeFlag("negate"))
        case "xor": algorithm = .xor
        case "luhn": algorithm = .luhn
        default:
            guard let key = words.take("key"), !key.isEmpty else {
                throw TemplateText.Objection("{hmac} needs the name of a card key, as in {hmac key=door bytes=4}")
            }
            guard let bytes = try words.takeNumber("bytes", 1...32) else {
                throw TemplateText.Objection("{hmac} needs how many of its 32 bytes stand on the card, as in bytes=4")
            }
            algorithm = .hmac(key: key, bytes: bytes)
        }
        over = []
        for word in (words.take("over") ?? "before").split(separator: ",", omittingEmptySubsequences: false) {
            guard !word.isEmpty else {
                throw TemplateText.Objection("{\(name)}: 'over' has names with commas between, as in over=before,block4")
            }
            over.append(word == "before" ? .before : Reference(word: String(word)))
        }
        form = isText ? .hex : .bigEndian
        if name == "luhn" { return }
        if !isText {
            if try words.takeFlag("le") { form = .littleEndian }
        } else if let count = try words.takeNumber("digits", 1...64) {
            form = .digits(count)
        }
        let isShort = if case .hmac = algorithm { true } else { false }
        if case .digits(let count) = form, !isShort {
            // 256 to the power of the length has so many digits; cut shorter, it would no longer be that check.
            let needed = [3, 5, 8, 10, 13, 15, 17, 20][min(valueLength, 8) - 1]
            guard count >= needed else { throw TemplateText.Objection("{\(name)} has up to \(needed) digits here: write digits=\(needed)") }
        }
    }
}

extension LayoutCheck.Reference {
    /// `track2`, `block4`, `page5` are places, everything else the label of a part.
    init(word: String) {
        let isPlace = ["track", "block", "page"].contains { kind in
            word.hasPrefix(kind) && word.count > kind.count && word.dropFirst(kind.count).allSatisfy(\.isNumber)
        }
        self = isPlace ? .place(word) : .part(word)
    }
}
