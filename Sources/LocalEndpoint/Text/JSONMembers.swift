// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Finds a member that an object of a JSON text has twice. Foundation's decoder takes one of the two in silence, and which one that is,
/// nobody can know: an order with two `validUntil` is not an order.
enum JSONMembers {
    /// The first name that comes again in its object, as it is after unescaping; `nil` if there is none. What is no JSON is the decoder's to say.
    static func twice(in body: Data) -> String? {
        var objects: [Set<String>?] = []
        var isName = false
        var bytes = Array(body)[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "{"):
                objects.append([])
                isName = true
            case UInt8(ascii: "["):
                objects.append(nil)
                isName = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = objects.popLast()
                isName = false
            case UInt8(ascii: ","): isName = objects.last.map { $0 != nil } ?? false
            case UInt8(ascii: "\""):
                guard let text = text(&bytes) else { return nil }
                guard isName, let last = objects.indices.last else { continue }
                isName = false
                if objects[last]?.insert(text).inserted == false { return text }
            default: continue
            }
        }
        return nil
    }

    /// The rest of a text behind its first quotation mark.
    private static func text(_ bytes: inout ArraySlice<UInt8>) -> String? {
        var raw: [UInt8] = [UInt8(ascii: "\"")]
        var isEscaped = false
        while let byte = bytes.popFirst() {
            raw.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                // Unescaped by the decoder itself: `copies` may be written with an escape in it.
                return try? JSONDecoder().decode(String.self, from: Data(raw))
            }
        }
        return nil
    }
}
