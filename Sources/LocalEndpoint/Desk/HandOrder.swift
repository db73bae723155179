// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// A key that the clerk orders on the page, while the PMS is down: one room, and times on the hotel's clock.
struct HandOrder: Decodable {
    var encoder: EncoderName
    var room: String
    /// `2026-11-27T14:00`, as a browser's date field gives it: on the hotel's clock, whatever clock the browser's machine has.
    var from: String
    var until: String
    var copies: Int?
    var mode: KeyMode?

    static func read(_ body: Data) throws(Problem) -> HandOrder {
        if JSONMembers.twice(in: body) != nil { throw .invalidOrder("a member is written twice: keep one") }
        do {
            return try JSONDecoder().decode(HandOrder.self, from: body)
        } catch {
            throw .invalidOrder("expected encoder, room, from and until such as 2026-11-27T14:00, copies, mode")
        }
    }

    /// - Throws: what the clerk reads on the page, so in the hotel's words.
    func order(in zone: TimeZone, _ words: Words) throws(Problem) -> KeyOrder {
        let rooms = room.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let from = Self.instant(from, zone), let until = Self.instant(until, zone) else {
            let reason = "from and until: expected times such as 2026-11-27T14:00"
            throw Problem(Fault(.rejected(reason: reason), cause: .wrongDates).worded(words, rooms: rooms.filter { !$0.isEmpty }))
        }
        return KeyOrder(lockIds: rooms, validFrom: from, validUntil: until, copies: copies ?? 1, mode: mode ?? .new)
    }

    private static func instant(_ text: String, _ zone: TimeZone) -> Date? {
        let numbers = text.split(whereSeparator: { "-T:".contains($0) }).map { Int($0) }
        guard (5...6).contains(numbers.count), text.utf8.count <= 19, let year = numbers[0], let month = numbers[1], let day = numbers[2],
            let hour = numbers[3], let minute = numbers[4], (2000...2099).contains(year), (1...12).contains(month), (1...31).contains(day),
            (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = DateComponents(year: year, month: month, day: day, hour: hour, minute: minute)
        // The 31st of a short month is a slip, not the first of the next.
        guard let date = calendar.date(from: parts), calendar.component(.day, from: date) == day else { return nil }
        return date
    }
}
