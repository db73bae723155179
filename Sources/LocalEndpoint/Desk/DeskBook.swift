// SPDX-License-Identifier: Apache-2.0
import DeskPage
import EncoderModel
import Foundation

/// What the desk page needs beside the ``BridgeCore/JobDesk``: words, the hotel's clock, and the journal's memory.
public struct DeskBook: Sendable {
    let words: Words
    let page: DeskPage
    let zone: @Sendable () async -> TimeZone
    let byHand: @Sendable () async throws(JournalFault) -> [EndedJob]
    let history: @Sendable (_ serial: String) async throws(JournalFault) -> CardHistory?
    let keys: @Sendable (_ room: String) async throws(JournalFault) -> [EndedJob]
    let layouts: @Sendable (_ encoder: EncoderName) -> [any CardRecognition]

    /// - Parameters:
    ///   - zone: the hotel's, in which the page's times are meant.
    ///   - byHand: keys that were cut on the page, the newest first.
    ///   - history: the order that the card with this serial number was cut for; `nil` for a card that was not cut here.
    ///   - keys: done keys whose first room this is, the newest first.
    ///   - layouts: what the site writes on cards of this encoder's kind, the encoder's own layout first; empty where orders bring content.
    /// - Throws: what is wrong with a template of the page.
    public init(
        words: Words, zone: @escaping @Sendable () async -> TimeZone,
        byHand: @escaping @Sendable () async throws(JournalFault) -> [EndedJob],
        history: @escaping @Sendable (_ serial: String) async throws(JournalFault) -> CardHistory?,
        keys: @escaping @Sendable (_ room: String) async throws(JournalFault) -> [EndedJob],
        layouts: @escaping @Sendable (_ encoder: EncoderName) -> [any CardRecognition] = { _ in [] }
    ) throws {
        self.words = words
        page = try DeskPage(words: words)
        self.zone = zone
        self.byHand = byHand
        self.history = history
        self.keys = keys
        self.layouts = layouts
    }
}
