// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Glibc

/// The loop between a device machine and its pseudo-terminal: wait for bytes, requests or the next moment, and act.
struct DeviceLoop<Machine: DeviceMachine>: Sendable {
    private var machine: Machine
    private let options: SimulatorOptions
    private let switchboard: LineSwitchboard
    private let report: AsyncStream<SimulatorEvent>.Continuation
    private let cards: CardLog?
    private let start = ContinuousClock.now
    private var fromHost: PacedLine
    private var toHost: PacedLine
    private var isOpen = false
    private var pluggedInAt: Duration?

    init(
        _ machine: Machine, options: SimulatorOptions, switchboard: LineSwitchboard, report: AsyncStream<SimulatorEvent>.Continuation
    ) throws(SimulatorFault) {
        self.machine = machine
        self.options = options
        self.switchboard = switchboard
        self.report = report
        var cards: CardLog?
        if let path = options.cards { cards = try CardLog(path: path) }
        self.cards = cards
        fromHost = PacedLine(baud: options.baud)
        toHost = PacedLine(baud: options.baud)
    }

    private var now: Duration { ContinuousClock.now - start }

    /// How playing on one line ended.
    private enum Ending {
        case stopped
        case unplugged(for: Duration)
        /// The line went away by itself.
        case lost
    }

    /// How often a line that went away is looked for.
    private static var look: Duration { .milliseconds(20) }

    mutating func run() throws(SimulatorFault) {
        while true {
            switch try playOnce() {
            case .stopped: return
            case .unplugged(let absence):
                report.yield(.unplugged)
                guard try stayAway(for: absence) else { return }
            case .lost:
                guard try stayAway(for: Self.look) else { return }
            }
        }
    }

    /// Takes a line and plays on it. The line is closed when this returns: the other side sees the hang-up.
    private mutating func playOnce() throws(SimulatorFault) -> Ending {
        if let network = options.network {
            guard let line = try NetworkLine(network) else { return .lost }
            report.yield(.listening(path: line.path))
            let ending = try play(on: line)
            loseLine()
            return ending
        }
        guard let path = options.terminal else {
            let line = try PseudoTerminal(link: options.link)
            report.yield(.listening(path: options.link ?? line.path))
            return try play(on: line)
        }
        guard let line = try ExistingTerminal(path: path, baud: options.baud) else { return .lost }
        report.yield(.listening(path: path))
        let ending = try play(on: line)
        if case .lost = ending {
            loseLine()
            report.yield(.unplugged)
        }
        return ending
    }

    private mutating func play(on line: borrowing some DeviceLine & ~Copyable) throws(SimulatorFault) -> Ending {
        isOpen = false
        while true {
            try wait(for: line)
            for request in switchboard.take() {
                switch request {
                case .set(let fault, let occurrence): machine.set(fault, occurrence)
                case .stop: return .stopped
                case .unplug(let absence):
                    loseLine()
                    return .unplugged(for: absence)
                }
            }
            try readHost(line)
            if !isOpen, line.isLostWhenClosed { return .lost }
            // What is due is done in the order in which it is due, at the time when it was due and not when this thread woke up.
            while let moment = [fromHost.lastByte, machine.nextDeadline].compactMap({ $0 }).min(), moment <= now {
                let bytes = fromHost.lastByte == moment ? fromHost.take(by: moment) : []
                let actions = bytes.isEmpty ? machine.advance(to: moment) : machine.receive(bytes, at: moment)
                if let absence = try perform(actions, at: moment) {
                    loseLine()
                    return .unplugged(for: absence)
                }
            }
            let due = toHost.take(by: now)
            if isOpen, !due.isEmpty { line.write(due) }
        }
    }

    private mutating func perform(_ actions: [DeviceAction], at moment: Duration) throws(SimulatorFault) -> Duration? {
        for action in actions {
            switch action {
            case .send(let bytes): toHost.put(bytes, at: moment)
            case .unplug(let absence): return absence
            case .report(let event):
                if case .cardCut(let card) = event { try cards?.append(card) }
                report.yield(event)
            }
        }
        return nil
    }

    private mutating func readHost(_ line: borrowing some DeviceLine & ~Copyable) throws(SimulatorFault) {
        line.forgetOpenings()
        let wasOpen = isOpen
        var bytes = try line.read()
        while let some = bytes, !some.isEmpty {
            fromHost.put(some, at: now)
            bytes = try line.read()
        }
        isOpen = bytes != nil
        if isOpen { machine.lineRuns(at: line.baud) }
        if isOpen != wasOpen { report.yield(isOpen ? .opened : .closed) }
    }

    private mutating func loseLine() {
        machine.loseLine()
        fromHost.clear()
        toHost.clear()
    }

    private func wait(for line: borrowing some DeviceLine & ~Copyable) throws(SimulatorFault) {
        // A terminal that nobody has open reports a hang-up without end: then only its opening is waited for.
        var descriptors = [
            pollfd(fd: switchboard.bell, events: Int16(POLLIN), revents: 0),
            pollfd(fd: line.opening, events: Int16(POLLIN), revents: 0),
            pollfd(fd: isOpen || line.isLostWhenClosed ? line.descriptor : -1, events: Int16(POLLIN), revents: 0),
        ]
        try wait(on: &descriptors, until: [fromHost.lastByte, toHost.nextByte, machine.nextDeadline].compactMap { $0 }.min())
    }

    /// Waits unplugged. `false`: stopped.
    private mutating func stayAway(for absence: Duration) throws(SimulatorFault) -> Bool {
        let back = now + absence
        while now < back {
            var descriptors = [pollfd(fd: switchboard.bell, events: Int16(POLLIN), revents: 0)]
            try wait(on: &descriptors, until: back)
            for request in switchboard.take() {
                if case .set(let fault, let occurrence) = request { machine.set(fault, occurrence) }
                if case .stop = request { return false }
            }
        }
        return true
    }

    private func wait(on descriptors: inout [pollfd], until moment: Duration?) throws(SimulatorFault) {
        var result: Int32
        if let moment {
            let (seconds, attoseconds) = max(.zero, moment - now).components
            var limit = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            result = device_poll(&descriptors, UInt(descriptors.count), &limit)
        } else {
            result = device_poll(&descriptors, UInt(descriptors.count), nil)
        }
        if result < 0, errno != EINTR { throw .system("cannot wait for the line", "poll") }
    }
}
