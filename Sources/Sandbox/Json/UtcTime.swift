// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Points in time as the Connector API writes them: UTC, ISO 8601, whole seconds, `Z` at the end.
enum UtcTime {
    /// `2026-11-21T14:00:00Z`
    static func text(_ moment: Date) -> String {
        moment.formatted(Date.ISO8601FormatStyle(timeZone: .gmt))
    }

    /// Nil if the text is not UTC with a `Z`; fractions of a second are taken too.
    static func moment(_ text: String) -> Date? {
        guard text.utf8.count <= 40, text.hasSuffix("Z") else { return nil }
        let whole = Date.ISO8601FormatStyle(timeZone: .gmt)
        if let moment = try? whole.parse(text) { return moment }  // the next line tries the other form
        return try? Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt).parse(text)
    }
}
