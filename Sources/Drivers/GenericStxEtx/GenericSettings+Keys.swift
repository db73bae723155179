// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

/// What the messages of a site can order, and what answers to them say.
extension GenericSettings {
    /// Rooms that fit on a key: the fewest that one of the messages for keys has a place for.
    var mostRooms: Int { max(1, keyMessages.map(\.rooms).min() ?? 1) }

    /// Keys that one message orders.
    func mostKeys(_ mode: KeyMode) -> Int { messages[mode == .copy ? .copy : .new]?.mostCopies ?? 1 }

    /// What the driver declares for this site.
    var abilities: KeyAbilities {
        let makesCopies = messages[.copy] != nil
        return KeyAbilities(
            dates: keyMessages.allSatisfy(\.tellsTheBeginning) ? .beginningAndEnd : .end, makesCopies: makesCopies,
            rooms: leavesRoomsOut ? nil : mostRooms, keys: makesCopies ? KeyOrder.maximumCopies : mostKeys(.new),
            besides: messages[.checkOut] == nil ? [] : [.checkOut])
    }

    private var keyMessages: [MessageTemplate] { [messages[.new], messages[.copy]].compactMap(\.self) }

    /// Whether a code can be the answer to this message: one that is the name of another message of ours is that one's.
    func isAnswer(_ code: String, to message: Message) -> Bool {
        guard !code.isEmpty, messages[message]?.literals.contains(code) != true else { return true }
        return !messages.contains { $0.key != message && $0.value.literals.contains(code) }
    }

    /// The lock system does another order. It is only ever too busy for the one that it is given now.
    func saysBusy(_ body: [UInt8]) -> Bool {
        guard let code = result?.text(in: body, layout) else { return false }
        return codes.isBusy(code, text: errorText?.text(in: body, layout))
    }

    /// What a read card says, in words for people.
    func words(of body: [UInt8]) -> [String: String] {
        var words: [String: String] = [:]
        for (name, rule) in readings {
            guard let text = rule.text(in: body, layout), !text.isEmpty else { continue }
            words[name] = readingWords[name]?[text] ?? text
        }
        return words
    }
}
