// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Keeps a value in the journal, so that it survives a restart.
actor JournalShelf<Value: Codable & Sendable> {
    private let journal: any JobJournal
    private let fact: Fact
    private let patience: Duration
    private var value: Value
    private var isRead = false
    /// Changes from before the first good read: what is kept is never written over unseen.
    private var held: [@Sendable (inout Value) -> Void] = []
    /// A partner may tell without an end what nobody can keep.
    static var mostHeld: Int { 2_000 }
    /// How many changes there were, and up to which of them the journal has all.
    private var (changes, kept) = (0, 0)
    private var writing: Task<Result<Void, JournalFault>, Never>?

    /// - Parameter patience: a disk that says nothing for so long is a fault, because hotel systems wait for what stands here.
    init(_ journal: any JobJournal, fact: Fact, empty: Value, patience: Duration = .seconds(3)) {
        self.journal = journal
        self.fact = fact
        self.patience = patience
        value = empty
    }

    /// Throws where the journal cannot be read yet; asked again the next time.
    func read() async throws(JournalFault) -> Value {
        guard !isRead else { return value }
        let (journal, fact) = (journal, fact)
        let text = try await askJournal(within: patience) { () async throws(JournalFault) in try await journal.fact(fact) }
        // Another caller may have read meanwhile, and changed it since.
        if !isRead {
            isRead = true
            // What an older or newer bridge wrote otherwise is begun anew: it answers questions and decides nothing.
            if let text, let kept = try? JSONDecoder().decode(Value.self, from: Data(text.utf8)) { value = kept }
            for change in held { change(&value) }
            held = []
        }
        return value
    }

    /// Throws where the journal cannot keep the change; it then holds until the restart only.
    func change(_ change: @escaping @Sendable (inout Value) -> Void) async throws(JournalFault) {
        if isRead {
            change(&value)
        } else {
            let hasRoom = held.count < Self.mostHeld
            if hasRoom { held.append(change) }
            _ = try await read()
            // Read at last: there is room now for one that came too late to be held.
            if !hasRoom { change(&value) }
        }
        changes += 1
        // One write at a time, each with the newest value: an old one that comes late must not stand in the end.
        let (mine, before) = (changes, writing)
        let write = Task { () -> Result<Void, JournalFault> in
            _ = await before?.value
            return await self.write(mine)
        }
        writing = write
        try await askJournal(within: patience) { () async throws(JournalFault) in try await write.value.get() }
    }

    private func write(_ change: Int) async -> Result<Void, JournalFault> {
        guard kept < change, let data = try? JSONEncoder().encode(value) else { return .success(()) }
        let newest = changes
        do throws(JournalFault) {
            try await journal.setFact(fact, String(decoding: data, as: UTF8.self))
        } catch {
            return .failure(error)
        }
        kept = newest
        return .success(())
    }
}
