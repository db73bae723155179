// SPDX-License-Identifier: Apache-2.0

/// A device that says what was recorded of one: it waits for the host's bytes and answers with those that followed them.
public struct DeviceScript: Sendable {
    public enum Move: Sendable, Hashable {
        /// The host must send this.
        case hears([UInt8])
        /// The device sends this, so long after the move before.
        case says([UInt8], after: Duration)
        /// The plug is pulled, and put back after a second.
        case leaves
    }

    /// One dialogue each. What the host sends decides which one is played; where several begin alike, the next one in order.
    public var dialogues: [[Move]]

    public init(_ dialogues: [[Move]]) { self.dialogues = dialogues.filter { !$0.isEmpty } }

    /// The device on a pseudo-terminal. Throws where there is none to be had.
    public func simulator(options: SimulatorOptions) throws(SimulatorFault) -> any Simulator {
        try PseudoTerminalHost(ScriptedEncoder(self), options: options)
    }
}

/// Plays a ``DeviceScript``. Bytes of the host that fit no place of the script are dropped and reported as refused.
struct ScriptedEncoder: DeviceMachine {
    private let dialogues: [[DeviceScript.Move]]
    /// The dialogue in hand and the next move of it.
    private var dialogue: Int
    private var place = 0
    private var heard: [UInt8] = []
    private var due: Duration?
    private static let absence = Duration.seconds(1)

    init(_ script: DeviceScript) {
        dialogues = script.dialogues
        // So that the first one is the next.
        dialogue = max(0, script.dialogues.count - 1)
        place = script.dialogues.last?.count ?? 0
    }

    var nextDeadline: Duration? { due }

    mutating func receive(_ bytes: [UInt8], at now: Duration) -> [DeviceAction] {
        var actions = advance(to: now)
        heard += bytes
        while !heard.isEmpty {
            switch fit() {
            case .whole(let count):
                heard.removeFirst(count)
                place += 1
                schedule(from: now)
                actions += advance(to: now)
            case .begun: return actions
            case .none:
                heard.removeAll()
                actions.append(.report(.refused))
            }
        }
        return actions
    }

    mutating func advance(to now: Duration) -> [DeviceAction] {
        var actions: [DeviceAction] = []
        while let moment = due, moment <= now {
            due = nil
            switch move {
            case .says(let bytes, _):
                actions.append(.send(bytes))
                place += 1
                schedule(from: moment)
            case .leaves:
                place += 1
                actions.append(.unplug(for: Self.absence))
            case .hears, nil: break
            }
        }
        return actions
    }

    mutating func loseLine() {
        heard = []
        due = nil
        place = dialogues.indices.contains(dialogue) ? dialogues[dialogue].count : 0
    }

    /// What goes wrong is in the script.
    mutating func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) {}

    private var move: DeviceScript.Move? {
        guard dialogues.indices.contains(dialogue), dialogues[dialogue].indices.contains(place) else { return nil }
        return dialogues[dialogue][place]
    }

    private mutating func schedule(from now: Duration) {
        switch move {
        case .says(_, let after): due = now + after
        case .leaves: due = now
        case .hears, nil: due = nil
        }
    }

    private enum Fit { case whole(Int), begun, none }

    /// What was heard, at the place in hand or else at the beginning of another dialogue, the next one first.
    private mutating func fit() -> Fit {
        if case .hears(let wanted) = move, let fit = fit(wanted) { return fit }
        for step in 1...max(1, dialogues.count) where !dialogues.isEmpty {
            let other = (dialogue + step) % dialogues.count
            guard case .hears(let wanted) = dialogues[other][0], let fit = fit(wanted) else { continue }
            if case .whole = fit {
                dialogue = other
                place = 0
            }
            return fit
        }
        return .none
    }

    private func fit(_ wanted: [UInt8]) -> Fit? {
        if heard.starts(with: wanted) { return .whole(wanted.count) }
        return wanted.starts(with: heard) ? .begun : nil
    }
}
