// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// The fields of one card as they are found, part by part.
struct FoundFields {
    private var locks: [Int: String] = [:]
    private var uncertainLocks: Set<Int> = []
    private var all: [String]?
    private var allAreUncertain = false
    private var numbers: [OrderField: Int] = [:]
    private var times: [OrderField: (date: Date, unit: Int)] = [:]
    private var mode: KeyMode?

    /// - Returns: `false` where it contradicts what was found before.
    mutating func take(_ found: FieldFound, of field: OrderField) -> Bool {
        switch (found, field) {
        case (.absent, _): return true
        case (.several, .lock(let number)): uncertainLocks.insert(number)
        case (.several, .locks): allAreUncertain = true
        case (.several, _): return true
        case (.text(let text), .lock(let number)): return locks.updateValue(text, forKey: number).map { $0 == text } ?? true
        case (.rooms(let rooms), _):
            defer { all = rooms }
            return all.map { $0 == rooms } ?? true
        case (.number(let number), _): return numbers.updateValue(number, forKey: field).map { $0 == number } ?? true
        case (.time(let date, let unit), _):
            // The same time in two ways: the finer one.
            if let known = times[field], known.unit <= unit { return true }
            times[field] = (date, unit)
        case (.mode(let found), _):
            defer { mode = found }
            return mode.map { $0 == found } ?? true
        default: return true
        }
        return true
    }

    /// `nil` where the fields contradict one another.
    func key(_ layout: String) -> KeyContent? {
        let rooms = rooms
        if let count = numbers[.lockCount], (locks.keys.max() ?? 1) > count { return nil }
        if let copy = numbers[.copy], let copies = numbers[.copies], copy > copies { return nil }
        if let from = times[.from]?.date, let until = times[.until]?.date, from >= until { return nil }
        return KeyContent(
            layout: layout, rooms: rooms, validFrom: times[.from]?.date, validUntil: times[.until]?.date, mode: mode,
            copy: numbers[.copy], copies: numbers[.copies], sequence: numbers[.sequence])
    }

    private var rooms: [String]? {
        // A join that may stand in a name leaves it open how many there are: the count decides.
        if let all, !allAreUncertain, numbers[.lockCount].map({ $0 == all.count }) ?? true { return all }
        guard all == nil, uncertainLocks.isEmpty, locks[1] != nil else { return nil }
        return locks.sorted { $0.key < $1.key }.map(\.value)
    }
}
