// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Points in time as the Connector API writes them: UTC, ISO 8601, whole seconds, `Z` at the end.
enum UtcTime {
    /// `2026-11-21T14:00:00Z`
    static func text(_ moment: Date) -> String {
        moment.formatted(Date.ISO8601FormatStyle(timeZone: .gmt))
    }

    /// `Sat, 21 Nov 2026 14:00:00 GMT`, for the header `Date`.
    static func header(_ moment: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .weekday], from: moment)
        func two(_ number: Int?) -> String { ((number ?? 0) < 10 ? "0" : "") + String(number ?? 0) }
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(days[((parts.weekday ?? 1) - 1) % 7]), \(two(parts.day)) \(months[((parts.month ?? 1) - 1) % 12]) \(parts.year ?? 0) "
            + "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second)) GMT"
    }

    /// Nil if the text is not UTC with a `Z`; fractions of a second are taken too.
    static func moment(_ text: String) -> Date? {
        guard text.utf8.count <= 40, text.hasSuffix("Z") else { return nil }
        let whole = Date.ISO8601FormatStyle(timeZone: .gmt)
        if let moment = try? whole.parse(text) { return moment }  // the next line tries the other form
        return try? Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt).parse(text)
    }
}
