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
        let text = try await answer { () async throws(JournalFault) in try await journal.fact(fact) }
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
            held.append(change)
            _ = try await read()
        }
        changes += 1
        // One write at a time, each with the newest value: an old one that comes late must not stand in the end.
        let (mine, before) = (changes, writing)
        let write = Task { () -> Result<Void, JournalFault> in
            _ = await before?.value
            return await self.write(mine)
        }
        writing = write
        try await answer { () async throws(JournalFault) in try await write.value.get() }
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

    private func answer<Answer: Sendable>(
        _ work: @escaping @Sendable () async throws(JournalFault) -> Answer
    ) async throws(JournalFault) -> Answer {
        let patience = patience
        let answer: Result<Answer, JournalFault>? = await waiting(
            for: {
                do throws(JournalFault) { return .success(try await work()) } catch { return .failure(error) }
            }, unless: { try await Task.sleep(for: patience) })
        guard let answer else { throw JournalFault("The journal's disk does not answer: see 'encoder-bridge status'.", .disk) }
        return try answer.get()
    }
}
