// SPDX-License-Identifier: Apache-2.0
import AccessCore
import EncoderModel
import Foundation

/// The page from the endpoint's documents.
extension AccessPage {
    private struct Locks: Decodable { var locks: [LockDocument] }
    private struct Grants: Decodable {
        var grants: [GrantDocument]
        var withoutCode: [RefusalDocument]
    }

    package static func text(_ locks: Data, _ grants: Data) throws -> String {
        let answer = try JSONText.decode(Grants.self, from: grants)
        return text(try JSONText.decode(Locks.self, from: locks).locks, answer.grants, answer.withoutCode)
    }

    package static func json(_ locks: Data, _ grants: Data) -> String { #"{"locks":\#(inner(locks)),"grants":\#(inner(grants))}"# }

    /// The list inside the answer's one member.
    private static func inner(_ document: Data) -> String {
        guard let object = try? JSONSerialization.jsonObject(with: document) as? [String: Any],
            let list = object["locks"] ?? object["grants"],
            let data = try? JSONSerialization.data(withJSONObject: list, options: [.sortedKeys, .withoutEscapingSlashes])
        else { return "[]" }
        return String(decoding: data, as: UTF8.self)
    }
}
