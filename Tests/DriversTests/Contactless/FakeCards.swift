// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Synchronization

@testable import Drivers

/// A card in memory, with what a card refuses.
struct FakeCard: Sendable {
    var uid: [UInt8]
    var technology: CardTechnology
    /// What selection tells: an NTAG looks like an Ultralight.
    var selectsAs: CardTechnology
    /// 16 bytes a block, 4 a page.
    var memory: [Int: [UInt8]] = [:]
    /// Key A and key B by sector.
    var keys: [Int: (a: [UInt8], b: [UInt8])] = [:]
    /// Places that the card does not let anybody write, or read.
    var readOnly: Set<Int> = []
    var protected: Set<Int> = []
    /// The next writes come out wrong.
    var badWrites = 0
    /// The card leaves before its command number so-and-so (authenticate, read, write), counted from 1.
    var leavesBefore: Int?
    /// Where a broken-off write still gets through.
    var writesWhenLeaving = false

    static func classic1K(_ uid: [UInt8] = [0xDE, 0xAD, 0xBE, 0x01], key: [UInt8] = FakeCard.factory) -> FakeCard {
        FakeCard(
            uid: uid, technology: .mifareClassic1K, selectsAs: .mifareClassic1K,
            keys: Dictionary(uniqueKeysWithValues: (0..<16).map { ($0, (key, key)) }))
    }

    /// - Parameter claim: what its page 3 says that it is.
    static func pages(
        _ technology: CardTechnology, _ uid: [UInt8] = [0x04, 1, 2, 3, 4, 5, 6], claim: CardTechnology? = nil
    ) -> FakeCard {
        let size: [CardTechnology: UInt8] = [.ntag212: 0x10, .ntag213: 0x12, .ultralightC: 0x12, .ntag215: 0x3E, .ntag216: 0x6D]
        return FakeCard(
            uid: uid, technology: technology, selectsAs: .ultralight,
            memory: [
                0: [uid[0], uid[1], uid[2], 0x88 ^ uid[0] ^ uid[1] ^ uid[2]], 1: Array(uid[3...]),
                3: size[claim ?? technology].map { [0xE1, 0x10, $0, 0] } ?? [0, 0, 0, 0],
            ])
    }

    static let factory = [UInt8](repeating: 0xFF, count: 6)
}

/// A reader whose cards are moved by the clock of looks: `field[n]` lies there between the n-th rest and the next one; the last stays.
final class FakeReader: ContactlessReader {
    struct State {
        var cards: [String: FakeCard] = [:]
        /// Names of cards.
        var field: [String?]
        var moment = 0
        var lifted: Set<String> = []
        var commands: [String: Int] = [:]
        var openSector: Int?
        var halted = false
        var log: [String] = []
        var signals: [PersonSignal] = []
        var rested = Duration.zero
        var fault: (at: String, fault: Fault)?
    }

    let state: Mutex<State>

    init(_ cards: [String: FakeCard], field: [String?]) {
        state = Mutex(State(cards: cards, field: field))
    }

    /// A single card that lies there from the beginning.
    convenience init(_ card: FakeCard) { self.init(["card": card], field: ["card"]) }

    var log: [String] { state.withLock { $0.log } }
    var signals: [PersonSignal] { state.withLock { $0.signals } }
    var rested: Duration { state.withLock { $0.rested } }
    func card(_ name: String = "card") -> FakeCard? { state.withLock { $0.cards[name] } }
    /// The line fails at the first command that begins like this.
    func fail(at command: String, with fault: Fault) { state.withLock { $0.fault = (command, fault) } }

    func select() async throws(Fault) -> SelectedCard? {
        try note("select")
        return state.withLock { state in
            state.openSector = nil
            state.halted = false
            guard let name = Self.present(state), let card = state.cards[name] else { return nil }
            return SelectedCard(uid: card.uid, technology: card.selectsAs)
        }
    }

    func authenticate(_ card: SelectedCard, block: Int, key: [UInt8], kind: BlockImage.KeyKind) async throws(Fault) {
        try note("auth \(block) \(kind.rawValue)")
        let opened = try onCard { state, name in
            let sector = ClassicGeometry.sector(ofBlock: block)
            let keys = state.cards[name]?.keys[sector]
            guard (kind == .a ? keys?.a : keys?.b) == key else {
                state.halted = true
                return false
            }
            state.openSector = sector
            return true
        }
        if !opened { throw Fault(.notWritable, detail: "14") }
    }

    func read(_ card: SelectedCard, at place: Int) async throws(Fault) -> [UInt8] {
        try note("read \(place)")
        let bytes: [UInt8]? = try onCard { state, name in
            guard let card = state.cards[name], !card.protected.contains(place) else {
                state.halted = true
                return nil
            }
            if let pages = card.technology.pages {
                guard pages.all.contains(place) else {
                    state.halted = true
                    return nil
                }
                // Behind the last page that may be read it goes on with the first.
                let last = card.protected.filter { $0 > place }.min() ?? pages.all.upperBound
                return (place..<place + 4).flatMap { card.memory[$0 < last ? $0 : $0 - last] ?? [0, 0, 0, 0] }
            }
            guard state.openSector == ClassicGeometry.sector(ofBlock: place) else { return nil }
            guard ClassicGeometry.isTrailer(place) else { return card.memory[place] ?? [UInt8](repeating: 0, count: 16) }
            return [UInt8](repeating: 0, count: 6) + (card.memory[place] ?? [UInt8](repeating: 0, count: 16))[6..<10]
                + [UInt8](repeating: 0, count: 6)
        }
        guard let bytes else { throw Fault(.cardRemovedEarly, detail: "01") }
        return bytes
    }

    func write(_ card: SelectedCard, block: Int, _ bytes: [UInt8]) async throws(Fault) { try put("write \(block)", block, bytes) }
    func write(_ card: SelectedCard, page: Int, _ bytes: [UInt8]) async throws(Fault) { try put("write \(page)", page, bytes) }

    func signal(_ signal: PersonSignal) async throws(Fault) { state.withLock { $0.signals.append(signal) } }

    var remaining: Duration { get async { .seconds(20) - state.withLock { $0.rested } } }

    func rest(_ length: Duration) async throws(Fault) {
        try note("rest")
        state.withLock { state in
            state.rested += length
            state.moment += 1
        }
    }

    private func put(_ command: String, _ place: Int, _ bytes: [UInt8]) throws(Fault) {
        try note(command)
        let taken = try onCard(leaving: { state, name in
            if state.cards[name]?.writesWhenLeaving == true { state.cards[name]?.memory[place] = bytes }
        }) { state, name in
            guard let card = state.cards[name], !card.readOnly.contains(place),
                card.technology.pages != nil || state.openSector == ClassicGeometry.sector(ofBlock: place)
            else {
                state.halted = true
                return false
            }
            var bytes = bytes
            if card.badWrites > 0 {
                state.cards[name]?.badWrites -= 1
                bytes[0] ^= 0xFF
            }
            state.cards[name]?.memory[place] = bytes
            return true
        }
        if !taken { throw Fault(.notWritable, detail: "13") }
    }

    private func note(_ command: String) throws(Fault) {
        let fault: Fault? = state.withLock { state in
            state.log.append(command)
            guard let planned = state.fault, command.hasPrefix(planned.at) else { return nil }
            return planned.fault
        }
        if let fault { throw fault }
    }

    private static func present(_ state: State) -> String? {
        guard let name = state.field[min(state.moment, state.field.count - 1)], !state.lifted.contains(name) else { return nil }
        return name
    }

    private func onCard<Value>(
        leaving: (inout State, String) -> Void = { _, _ in }, _ body: (inout State, String) -> Value
    ) throws(Fault) -> Value {
        let value: Value? = state.withLock { state in
            guard let name = Self.present(state), !state.halted else { return nil }
            state.commands[name, default: 0] += 1
            if let last = state.cards[name]?.leavesBefore, state.commands[name, default: 0] >= last {
                leaving(&state, name)
                state.lifted.insert(name)
                return nil
            }
            return body(&state, name)
        }
        guard let value else { throw Fault(.cardRemovedEarly, detail: "01") }
        return value
    }
}
