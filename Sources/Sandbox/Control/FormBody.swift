// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The body of an HTML form.
enum FormBody {
    /// Fields by name, all of them text; of two with one name the last counts. Nil if it is not UTF-8.
    static func fields(_ body: Data) -> [String: String]? {
        guard let text = String(validating: body, as: UTF8.self) else { return nil }
        var found: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0]), let value = parts.count > 1 ? decoded(parts[1]) : "" else { return nil }
            found[name] = value
        }
        return found
    }

    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }
}
