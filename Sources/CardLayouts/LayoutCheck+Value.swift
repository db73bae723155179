// SPDX-License-Identifier: Apache-2.0
import Crypto
import EncoderModel
import Foundation

extension LayoutCheck {
    /// The value over these bytes, as it is written.
    /// - Throws: what is wrong with the bytes, or a key that is not there.
    func bytes(over bytes: [UInt8], keys: CardKeys) throws(FieldFormat.Objection) -> [UInt8] {
        switch algorithm {
        case .cyclic(let kind): return written(Self.big(UInt64(kind.value(of: bytes)), kind.length))
        case .sum(let count, let negated):
            let sum = bytes.reduce(UInt64(0)) { $0 &+ UInt64($1) }
            return written(Self.big(negated ? 0 &- sum : sum, count))
        case .xor: return written([bytes.reduce(0, ^)])
        case .luhn: return [try Self.luhn(bytes)]
        case .hmac(let name, let count):
            guard let key = keys.bytes(name) else {
                throw FieldFormat.Objection(text: "needs the card key '\(name)', which could not be read")
            }
            let code = HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key))
            return written(Array(code.prefix(count)))
        }
    }

    private func written(_ value: [UInt8]) -> [UInt8] {
        switch form {
        case .bigEndian: value
        case .littleEndian: value.reversed()
        case .hex: Array(HexText.encode(value).utf8)
        case .digits(let count):
            // Division by hand, digit by digit from the end: the value may be longer than any integer.
            (0..<count).reduce(into: (rest: value, digits: [UInt8]())) { state, _ in
                var carry = 0
                for index in state.rest.indices {
                    let part = carry << 8 | Int(state.rest[index])
                    state.rest[index] = UInt8(part / 10)
                    carry = part % 10
                }
                state.digits.append(UInt8(ascii: "0") + UInt8(carry))
            }.digits.reversed()
        }
    }

    private static func big(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }

    /// The digit that makes the whole number pass the test of ISO 7812: from the right, every second digit doubled.
    private static func luhn(_ bytes: [UInt8]) throws(FieldFormat.Objection) -> UInt8 {
        var sum = 0
        for (index, byte) in bytes.reversed().enumerated() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
                throw FieldFormat.Objection(text: "is computed over digits only, and there is another character among them")
            }
            let digit = Int(byte - UInt8(ascii: "0"))
            let doubled = index.isMultiple(of: 2) ? digit * 2 : digit
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return UInt8(ascii: "0") + UInt8((10 - sum % 10) % 10)
    }
}
