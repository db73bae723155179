// SPDX-License-Identifier: Apache-2.0

/// One piece of a template: what stands outside braces, or one pair of braces.
struct LayoutPart: Sendable, Hashable {
    enum Content: Sendable, Hashable {
        case constant([UInt8])
        case field(OrderField, OrderFieldFormat)
        /// As many bytes as are missing to this length of the place.
        case fill(to: Int, with: UInt8)
        case check(LayoutCheck)
    }

    /// What other parts call it in `over=`.
    var label: String?
    /// How it is called in messages: the first word in the braces.
    var name: String
    var content: Content

    /// Bytes that it always gives; `nil`: it depends on the order.
    var length: Int? {
        switch content {
        case .constant(let bytes): bytes.count
        case .field(let field, let format): field.isMany ? nil : format.length
        case .fill: nil
        case .check(let check): check.length
        }
    }
}

/// What of an order a layout can write.
enum OrderField: Sendable, Hashable {
    /// The n-th lock, from 1.
    case lock(Int)
    /// All locks, one after the other.
    case locks(join: [UInt8])
    case lockCount
    case from, until
    case copy, copies, sequence
    case reservation, guest
    case mode(new: [UInt8], copy: [UInt8])

    var isMany: Bool { if case .locks = self { true } else { false } }
    var isRoom: Bool { if case .lock = self { true } else { isMany } }
    var isTime: Bool { self == .from || self == .until }
}

/// How a field is written, and what stands there when the order has none.
struct OrderFieldFormat: Sendable, Hashable {
    var time: TimeFormat?
    var format = FieldFormat()
    var otherwise: [UInt8]?

    var length: Int? {
        if let fixed = format.length { return fixed }
        guard let length = time?.length else { return nil }
        return format.coding == .packed(nil) ? (length + 1) / 2 : length
    }
}

/// A value that is computed over other parts.
struct LayoutCheck: Sendable, Hashable {
    enum Algorithm: Sendable, Hashable {
        case cyclic(CyclicCheck)
        case sum(bytes: Int, negated: Bool)
        case xor
        case luhn
        /// HMAC-SHA256, of which the first bytes are kept. The key by its name.
        case hmac(key: String, bytes: Int)
    }

    /// What it is computed over.
    enum Reference: Sendable, Hashable {
        /// Everything before it in its place.
        case before
        case part(String)
        case place(String)
    }

    enum Form: Sendable, Hashable {
        case bigEndian, littleEndian
        /// Hex digits, in a text.
        case hex
        /// Decimal digits, in a text; of longer values the last ones.
        case digits(Int)
    }

    var algorithm: Algorithm
    var over: [Reference]
    var form: Form

    /// Bytes of the value itself.
    var valueLength: Int {
        switch algorithm {
        case .cyclic(let kind): kind.length
        case .sum(let bytes, _), .hmac(_, let bytes): bytes
        case .xor, .luhn: 1
        }
    }

    /// Bytes that it gives.
    var length: Int {
        if case .luhn = algorithm { return 1 }
        return switch form {
        case .bigEndian, .littleEndian: valueLength
        case .hex: 2 * valueLength
        case .digits(let count): count
        }
    }
}
