// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Keeps a value in the journal, so that it survives a restart.
actor JournalShelf<Value: Codable & Sendable> {
    private let journal: any JobJournal
    private let fact: Fact
    private var value: Value
    private var isRead = false

    init(_ journal: any JobJournal, fact: Fact, empty: Value) {
        self.journal = journal
        self.fact = fact
        value = empty
    }

    func read() async -> Value {
        if !isRead {
            isRead = true
            // What an older or newer bridge wrote otherwise is begun anew: it answers questions and decides nothing.
            if let text = try? await journal.fact(fact), let kept = try? JSONDecoder().decode(Value.self, from: Data(text.utf8)) {
                value = kept
            }
        }
        return value
    }

    /// Throws where the journal cannot keep the change; it then holds until the restart only.
    func change(_ change: @Sendable (inout Value) -> Void) async throws(JournalFault) {
        _ = await read()
        change(&value)
        guard let data = try? JSONEncoder().encode(value) else { return }
        try await journal.setFact(fact, String(decoding: data, as: UTF8.self))
    }
}
