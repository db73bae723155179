// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// JSON text in a column. Dates in it are whole milliseconds since 1970 UTC, like those in columns of their own.
enum ColumnJSON {
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.milliseconds)
        }
        return encoder
    }()

    private static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            Date(milliseconds: try decoder.singleValueContainer().decode(Int64.self))
        }
        return decoder
    }()

    static func text(_ value: some Encodable) throws(JournalFault) -> String {
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw JournalFault("a job could not be put into words for the journal (\(type(of: value))): send the log to support")
        }
    }

    static func value<Value: Decodable>(_ text: String) throws(JournalFault) -> Value {
        do {
            return try decoder.decode(Value.self, from: Data(text.utf8))
        } catch {
            throw JournalFault("\(Value.self) in other words", .row)
        }
    }
}
