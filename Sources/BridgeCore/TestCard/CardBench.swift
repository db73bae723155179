// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What a test of cards needs of an encoder, whoever has its port: `probe` itself or the running bridge.
package protocol CardBench: Sendable {
    associatedtype Trouble: Error

    /// Waits for a card and reads it.
    func read() async throws(Trouble) -> ErrandOutcome
    /// Waits for a card and makes it blank.
    func erase() async throws(Trouble)
    /// Writes one card and gives its receipt.
    func write(_ image: CardImage) async throws(Trouble) -> Receipt
}
