// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// The keys that were made through a facade, as far as later questions need them: whose card is this, until when does a room's key open.
/// A value; no names of guests.
struct KeyBook: Sendable, Codable, Hashable {
    struct Entry: Sendable, Codable, Hashable {
        var rooms: [String]
        var reservation: String?
        var from: Date
        var until: Date
        var serial: String?
    }

    private(set) var entries: [Entry] = []
    /// More than a large hotel has valid cards; the oldest go first.
    private static let capacity = 5_000

    mutating func add(_ order: KeyOrder, _ receipts: [Receipt], at now: Date) {
        entries.removeAll { $0.until < now }
        for receipt in receipts {
            entries.append(
                Entry(
                    rooms: order.lockIds, reservation: order.reservationNumber, from: order.validFrom, until: order.validUntil,
                    serial: receipt.serial))
        }
        if entries.count > Self.capacity { entries.removeFirst(entries.count - Self.capacity) }
    }

    /// The latest end of the cards of a room, of one reservation where one is named; `nil`: none is known to open now.
    func end(of room: String, reservation: String?, at now: Date) -> Date? {
        entries.filter { $0.rooms.first == room && (reservation == nil || $0.reservation == reservation) && $0.until > now }.map(\.until)
            .max()
    }

    /// The last key that was made on the card with this serial number.
    func key(onCard serial: String) -> Entry? { entries.last { $0.serial == serial } }
}

/// Keeps a value in the journal, so that it survives a restart.
actor JournalShelf<Value: Codable & Sendable> {
    private let journal: any JobJournal
    private let name: String
    private var value: Value
    private var isRead = false

    init(_ journal: any JobJournal, name: String, empty: Value) {
        self.journal = journal
        self.name = name
        value = empty
    }

    func read() async -> Value {
        if !isRead {
            isRead = true
            // What an older or newer bridge wrote otherwise is begun anew: it answers questions and decides nothing.
            if let text = try? await journal.fact(name), let kept = try? JSONDecoder().decode(Value.self, from: Data(text.utf8)) {
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
        try await journal.setFact(name, String(decoding: data, as: UTF8.self))
    }
}
