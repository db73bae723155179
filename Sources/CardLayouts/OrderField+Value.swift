// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

extension KeyOrder {
    /// What a field of this order looks like on a card.
    func bytes(
        of field: OrderField, _ way: OrderFieldFormat, clock: PropertyClock, sequence: Int, copy: Int
    ) throws(FieldFormat.Objection) -> [UInt8] {
        switch field {
        case .lock(let number):
            guard number <= lockIds.count else {
                return try absent(
                    way,
                    number == 1
                        ? "is missing in the order" : "is missing: the order names \(lockIds.count), the layout wants number \(number)")
            }
            return try way.format.bytes(of: try Self.exact(lockIds[number - 1]))
        case .locks(let join):
            var bytes: [UInt8] = []
            for (index, lock) in lockIds.enumerated() {
                if index > 0 { bytes += join }
                bytes += try way.format.bytes(of: try Self.exact(lock))
            }
            return bytes
        case .lockCount: return try way.format.bytes(of: UInt64(lockIds.count))
        case .from: return try Self.time(validFrom, way, clock)
        case .until: return try Self.time(validUntil, way, clock)
        case .copy: return try way.format.bytes(of: UInt64(max(0, copy)))
        case .copies: return try way.format.bytes(of: UInt64(max(0, copies)))
        case .sequence: return try way.format.bytes(of: UInt64(max(0, sequence)))
        case .reservation:
            guard let reservationNumber, !reservationNumber.isEmpty else { return try absent(way, "is missing in the order") }
            return try way.format.bytes(of: try Self.exact(reservationNumber))
        case .guest:
            guard let name = guestName.map(Self.latin), !name.isEmpty else { return try absent(way, "is missing in the order") }
            return try way.format.bytes(of: name)
        case .mode(let new, let additional): return try way.format.bytes(of: mode == .new ? new : additional)
        }
    }

    private func absent(_ way: OrderFieldFormat, _ sentence: String) throws(FieldFormat.Objection) -> [UInt8] {
        guard let otherwise = way.otherwise else { throw FieldFormat.Objection(text: sentence) }
        // An empty one is padded like any text; a number in bytes has no empty form.
        return try way.format.bytes(of: otherwise)
    }

    private static func time(_ instant: Date, _ way: OrderFieldFormat, _ clock: PropertyClock) throws(FieldFormat.Objection) -> [UInt8] {
        switch way.time?.written(instant, on: clock) {
        case .text(let text): return try way.format.bytes(of: text)
        case .number(let number):
            guard number >= 0 else { throw FieldFormat.Objection(text: "lies before the day from which the layout counts") }
            return try way.format.bytes(of: UInt64(number))
        case nil: throw FieldFormat.Objection(text: "has no way to be written")
        }
    }

    /// Names that decide which door opens, or whose stay it is, are never bent into others.
    private static func exact(_ text: String) throws(FieldFormat.Objection) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw FieldFormat.Objection(text: "has characters other than plain letters, digits and signs")
        }
        return bytes
    }

    /// The nearest text in plain Latin letters: `Zoë Müller` becomes `Zoe Muller`.
    private static func latin(_ name: String) -> [UInt8] {
        // The transform makes several letters of one at times; what comes from outside may be of any length.
        let start = String(name.prefix(200))
        let latin = start.applyingTransform(StringTransform("Any-Latin; Latin-ASCII"), reverse: false) ?? start
        return Array(latin.unicodeScalars.filter { (0x20...0x7E).contains($0.value) }.map { UInt8($0.value) })
    }
}
