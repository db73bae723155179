// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The device side of ``RawToyDriver``: cards in a field that a test puts on and takes off.
final class RawToyDevice: Sendable {
    struct State {
        var card: String?
        /// Content by card.
        var content: [String: String] = [:]
        /// Cards that come on as soon as the one before is written; `nil`: it is taken off and none comes.
        var next: [String?] = []
        var lines: [String] = []
        var isSilent = false
        var takesItsTime = false
        var waits = false
        /// Answers to the first WRITEs; `nil`: it works.
        var refusals: [String?] = []
        var forgetsWhatItWrote = false
        /// LOOKs that get nonsense, as those that meet a card that is just put on.
        var oddLooks = 0
        weak var port: FakePort?
    }
    private let state: Mutex<State>

    init(card: String? = nil, next: [String?] = []) { state = Mutex(State(card: card, next: next)) }

    var device: FakePort.Device {
        { written, port in
            for line in String(decoding: written, as: UTF8.self).split(separator: "\n") {
                guard let answer = self.answer(String(line), port) else { continue }
                port.says(Array((answer + "\n").utf8))
            }
        }
    }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
    var content: [String: String] { state.withLock { $0.content } }
    func count(_ word: String) -> Int { state.withLock { $0.lines.count { $0.hasPrefix(word) } } }

    /// Puts a card on (`nil`: takes it off); one that is waited for is told at once.
    func put(_ card: String?) {
        let port = state.withLock { state -> FakePort? in
            state.card = card
            guard state.waits, card != nil else { return nil }
            state.waits = false
            return state.port
        }
        if let card { port?.says(Array("CARD \(card)\n".utf8)) }
    }

    func says(_ line: String) { state.withLock { $0.port }?.says(Array((line + "\n").utf8)) }

    private func answer(_ line: String, _ port: FakePort) -> String? {
        state.withLock { state in
            state.port = port
            state.lines.append(line)
            if state.isSilent { return nil }
            switch line.split(separator: " ").first {
            case "ID": return "TOY"
            case "LOOK" where state.oddLooks > 0:
                state.oddLooks -= 1
                return "ODD"
            case "LOOK": return state.card.map { "CARD \($0)" } ?? "NONE"
            case "WAIT":
                if let card = state.card { return "CARD \(card)" }
                state.waits = true
                return nil
            case "STOP":
                state.waits = false
                return "STOPPED"
            case "READ": return "DATA \(state.card.flatMap { state.content[$0] } ?? "")"
            case "WRITE":
                if !state.refusals.isEmpty, let refusal = state.refusals.removeFirst() { return refusal }
                if state.takesItsTime { return nil }
                guard let card = state.card else { return "BAD" }
                state.content[card] = String(line.dropFirst(6))
                return "OK"
            case "CHECK":
                let same = !state.forgetsWhatItWrote
                if !state.next.isEmpty { state.card = state.next.removeFirst() }
                return same ? "SAME" : "OTHER"
            default: return nil
            }
        }
    }
}
