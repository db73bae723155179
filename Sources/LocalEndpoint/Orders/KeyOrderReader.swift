// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Reads the body of an order. Strict: a field that no order has is refused by name, because a misspelt `validUntil` or `copies` would
/// cut another key than was meant. What it says of a fault names the field and what was expected, never the value.
enum KeyOrderReader {
    /// Every field of an order and what belongs into it.
    static let fields: KeyValuePairs<String, String> = [
        "lockIds": "a list of lock names such as [\"101\"]",
        "validFrom": "a time such as 2026-11-21T14:00:00Z",
        "validUntil": "a time such as 2026-11-23T11:00:00Z",
        "copies": "a whole number from 1 to \(KeyOrder.maximumCopies)",
        "mode": KeyMode.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or "),
        "guestName": "a text or null",
        "reservationNumber": "a text or null",
        "cardImage": "a card image such as {\"tracks\": {\"2\": \"0123\"}} or null",
    ]
    /// Every member of a card image.
    static let imageFields = ["tracks", "rawTracks", "coercivity", "blocks", "key", "keyKind", "pages"]

    static func order(from body: Data) throws(Problem) -> KeyOrder {
        guard !body.isEmpty else { throw .invalidOrder("The body is empty: send the key order as JSON.") }
        if let twice = JSONMembers.twice(in: body) {
            throw .invalidOrder("\(StrictOrder.shown(twice)): written twice in the same object, keep one")
        }
        do {
            return try EndpointJSON.decoder().decode(StrictOrder.self, from: body).order
        } catch let unknown as UnknownField {
            let known = (unknown.isOfImage ? imageFields : fields.map(\.key)).joined(separator: ", ")
            let owner = unknown.isOfImage ? "a card image" : "an order"
            throw .invalidOrder("\(unknown.isOfImage ? "cardImage." : "")\(unknown.name): no such field, \(owner) has \(known)")
        } catch let error as DecodingError {
            throw .invalidOrder(sentence(for: error))
        } catch {
            throw .invalidOrder("the body is not valid JSON: check quotes, commas and brackets")
        }
    }

    private static func sentence(for error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): return "\(key.stringValue): missing, expected \(expectation(key.stringValue))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            guard let field = context.codingPath.first?.stringValue else {
                if case .typeMismatch = error { return "the body must be one JSON object, as in {\"lockIds\": [\"101\"], ...}" }
                return "the body is not valid JSON: check quotes, commas and brackets"
            }
            // A card image says itself what no card has; it names places and lengths, never what stands in them.
            if case .dataCorrupted = error, context.codingPath.count == 1, field == "cardImage" {
                return "\(field): \(context.debugDescription)"
            }
            return "\(field): expected \(expectation(field))"
        @unknown default: return "the body is not a key order"
        }
    }

    private static func expectation(_ field: String) -> String { fields.first { $0.key == field }?.value ?? "something else" }

    private struct UnknownField: Error {
        let name: String
        var isOfImage = false
    }

    private struct StrictOrder: Decodable {
        let order: KeyOrder

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: AnyKey.self)
            let unknown = values.allKeys.map(\.stringValue).filter { name in !KeyOrderReader.fields.contains { $0.key == name } }.sorted()
            if let name = unknown.first { throw UnknownField(name: Self.shown(name)) }
            for image in values.allKeys where image.stringValue == "cardImage" {
                guard let members = try? values.nestedContainer(keyedBy: AnyKey.self, forKey: image) else { continue }
                let strange = members.allKeys.map(\.stringValue).filter { !KeyOrderReader.imageFields.contains($0) }.sorted()
                if let name = strange.first { throw UnknownField(name: Self.shown(name), isOfImage: true) }
            }
            // A number that is no Int (1.5, 1e999) is reported by the decoder without the field's name.
            for copies in values.allKeys where copies.stringValue == "copies" {
                do { _ = try values.decodeIfPresent(Int.self, forKey: copies) } catch {
                    throw DecodingError.typeMismatch(Int.self, .init(codingPath: [copies], debugDescription: "no whole number"))
                }
            }
            order = try KeyOrder(from: decoder)
        }

        /// The name as far as it is harmless to send back.
        fileprivate static func shown(_ name: String) -> String {
            let text = name.unicodeScalars.prefix(40).map { $0.isASCII && $0.value >= 0x20 && $0.value != 0x7F ? Character($0) : "?" }
            return text.isEmpty ? "\"\"" : String(text)
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
