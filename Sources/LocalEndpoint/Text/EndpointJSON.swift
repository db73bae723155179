// SPDX-License-Identifier: Apache-2.0
import Foundation

/// JSON as the endpoint speaks it: times as RFC 3339 in UTC, plain slashes, members in the order of their names (else they would come
/// in another order with each start). Programs that read the endpoint use the same.
public enum EndpointJSON {
    public static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(InternetTime.text(date))
        }
        return encoder
    }

    public static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = InternetTime.date(text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a time such as 2026-11-23T11:00:00Z")
            }
            return date
        }
        return decoder
    }
}
