// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// The client's own name of an order: sent again with the same one, an order makes no second job.
enum IdempotencyKey {
    /// Reads the Idempotency-Key field, with or without the quotes of a structured field. `nil` if it is not there.
    static func read(_ values: [String]) throws(Problem) -> String? {
        guard let value = values.first else { return nil }
        var key = value
        if key.count >= 2, key.hasPrefix("\""), key.hasSuffix("\"") { key = String(key.dropFirst().dropLast()) }
        guard values.count == 1, (1...RequestLimits.idempotencyKey).contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") })
        else {
            throw .malformedRequest(
                "Idempotency-Key: expected one value of 1 to \(RequestLimits.idempotencyKey) visible ASCII characters, such as a UUID.")
        }
        return key
    }

    /// The id under which the journal knows the order. A client's name has no colon, so clients cannot meet in one another's keys.
    static func externalID(client: String, key: String) -> String { "\(client):\(key)" }

    /// Whether a job that was made under the same key before is this order. An ended job has lost its guest's name and card image, so
    /// these count only while it runs; times count to the millisecond, which is what the journal keeps.
    static func stands(_ job: Job, for order: KeyOrder, on encoder: EncoderName) -> Bool {
        guard job.encoder == encoder else { return false }
        var kept = job.state.isFinal ? job.order.scrubbed() : job.order
        let asked = job.state.isFinal ? order.scrubbed() : order
        guard sameInstant(kept.validFrom, asked.validFrom), sameInstant(kept.validUntil, asked.validUntil) else { return false }
        (kept.validFrom, kept.validUntil) = (asked.validFrom, asked.validUntil)
        return kept == asked
    }

    private static func sameInstant(_ a: Date, _ b: Date) -> Bool { abs(a.timeIntervalSince(b)) < 0.002 }
}
