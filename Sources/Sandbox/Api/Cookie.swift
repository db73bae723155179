// SPDX-License-Identifier: Apache-2.0

/// The cookies of a WebSocket upgrade. Read as strictly as the real server does: a space beside the `=` belongs to the name or the
/// value, and then the token is not found.
enum Cookie {
    static func values(_ header: String) -> [String: String] {
        var found: [String: String] = [:]
        for part in header.split(separator: ";") {
            let pair = part.drop(while: { $0 == " " })
            guard let equals = pair.firstIndex(of: "=") else { continue }
            found[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
        }
        return found
    }
}
