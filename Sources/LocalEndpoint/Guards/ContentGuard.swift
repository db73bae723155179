// SPDX-License-Identifier: Apache-2.0
import HTTPTypes

/// A body that makes keys is JSON and says so. That is also what makes a browser ask before it sends one for a foreign page.
enum ContentGuard {
    static func objection(to head: HTTPRequest) -> Problem? {
        let types = head.headerFields[values: .contentType]
        guard types.count == 1, let type = types.first, head.headerFields[values: .contentEncoding].isEmpty else { return .notJSON }
        let media = type.prefix { $0 != ";" }
        let bare = media.filter { !$0.isWhitespace }.lowercased()
        return bare == "application/json" ? nil : .notJSON
    }
}
