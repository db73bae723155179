// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// What a field's bytes say of the order.
enum FieldFound: Sendable, Hashable {
    case text(String)
    case number(Int)
    case rooms([String])
    case time(Date, unit: Int)
    case mode(KeyMode)
    /// The order had none.
    case absent
    /// Several values are written like this, or it is nothing that is read back.
    case several
}

extension OrderField {
    /// - Returns: `nil` where no order is written like this.
    func found(_ bytes: [UInt8], _ way: OrderFieldFormat, on clock: PropertyClock) -> FieldFound? {
        if let otherwise = way.otherwise, let absent = try? way.format.bytes(of: otherwise), absent == bytes { return .absent }
        switch self {
        case .lock: return Self.name(bytes, way.format)
        case .locks(let join): return Self.names(bytes, way.format, join)
        case .lockCount, .copy, .copies:
            // An order has at least one of each.
            return way.format.number(from: bytes).flatMap { (1...1000).contains($0) ? .number(Int($0)) : nil }
        case .sequence: return way.format.number(from: bytes).flatMap { Int(exactly: $0) }.map { .number($0) }
        case .from, .until:
            switch way.time?.found(bytes, way.format, isEnd: self == .until, on: clock) {
            case .instant(let date): return .time(date, unit: way.time?.unit ?? 0)
            case .several: return .several
            case nil: return nil
            }
        case .reservation, .guest: return way.format.text(from: bytes).map { _ in .several }
        case .mode(let new, let copy):
            let isNew = (try? way.format.bytes(of: new)) == bytes
            let isCopy = (try? way.format.bytes(of: copy)) == bytes
            guard isNew || isCopy else { return nil }
            return isNew && isCopy ? .several : .mode(isNew ? .new : .copy)
        }
    }

    private static func name(_ bytes: [UInt8], _ format: FieldFormat) -> FieldFound? {
        switch format.text(from: bytes) {
        case .text(let text): isName(text) ? .text(String(decoding: text, as: UTF8.self)) : nil
        case .several: .several
        case nil: nil
        }
    }

    private static func names(_ bytes: [UInt8], _ format: FieldFormat, _ join: [UInt8]) -> FieldFound? {
        guard let pieces = pieces(bytes, length: format.length, join) else { return .several }
        var names: [String] = []
        for piece in pieces {
            switch name(piece, format) {
            case .text(let text): names.append(text)
            case .several: return .several
            default: return nil
            }
        }
        return names.isEmpty ? nil : .rooms(names)
    }

    /// `nil` where the bytes do not tell where one lock ends and the next begins.
    private static func pieces(_ bytes: [UInt8], length: Int?, _ join: [UInt8]) -> [[UInt8]]? {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        if let length {
            while !rest.isEmpty {
                pieces.append(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
                guard rest.isEmpty || rest.starts(with: join) else { return [[]] }
                rest = rest.dropFirst(join.count)
            }
            return pieces
        }
        guard !join.isEmpty else { return nil }
        var piece: [UInt8] = []
        while let byte = rest.first {
            if rest.starts(with: join) {
                pieces.append(piece)
                piece = []
                rest = rest.dropFirst(join.count)
            } else {
                piece.append(byte)
                rest = rest.dropFirst()
            }
        }
        return pieces + [piece]
    }

    /// What an order may call a lock.
    private static func isName(_ text: [UInt8]) -> Bool { !text.isEmpty && text.allSatisfy { (0x20...0x7E).contains($0) } }
}
