// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import Glibc

/// Card after card: put on, talked to, taken away.
struct VirtualReaderLoop: Sendable {
    private enum End {
        case stopped
        /// The card leaves; the next one comes so much later.
        case lifted(Duration)
        /// pcscd is gone: the card lies there still.
        case left
    }

    private var machine: PcscCardMachine
    private let options: SimulatorOptions
    private let address: sockaddr_in
    private let switchboard: LineSwitchboard
    private let report: AsyncStream<SimulatorEvent>.Continuation
    private let cards: CardLog?
    private let start = ContinuousClock.now
    /// How often somebody looks whether pcscd is there.
    private static let patience: Duration = .milliseconds(200)
    /// pcscd asks its card every 400 ms. A virtual reader that asks nothing for so long after a card was put on waits for an answer to
    /// what it had asked the card before (seen with vsmartcard 3.3): taken off and put on again, the card is noticed.
    private static let unnoticed: Duration = .milliseconds(1500)

    init(
        _ machine: PcscCardMachine, options: SimulatorOptions, address: sockaddr_in, switchboard: LineSwitchboard,
        report: AsyncStream<SimulatorEvent>.Continuation
    ) throws(SimulatorFault) {
        self.machine = machine
        self.options = options
        self.address = address
        self.switchboard = switchboard
        self.report = report
        if let path = options.cards { cards = try CardLog(path: path) } else { cards = nil }
    }

    private var now: Duration { ContinuousClock.now - start }

    mutating func run() throws(SimulatorFault) {
        var pause = options.cardDelay
        while try wait(pause) {
            guard let card = machine.nextCard() else {
                pause = max(options.cardDelay, Self.patience)
                continue
            }
            report.yield(.cardPut(uid: card.uid))
            guard let absence = try keepCardThere() else { return }
            report.yield(.cardTaken)
            pause = absence + options.cardDelay
        }
    }

    /// Until the card is lifted (for how long), whatever pcscd does meanwhile; `nil`: stopped.
    private mutating func keepCardThere() throws(SimulatorFault) -> Duration? {
        while true {
            let line = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard line >= 0 else { throw .system("cannot make a socket", options.virtualReader) }
            defer { close(line) }
            let connected = withUnsafePointer(to: address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(line, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
            if connected == 0 {
                let end = try play(on: line)
                machine.loseLine()
                switch end {
                case .stopped: return nil
                case .lifted(let absence): return absence
                case .left: break
                }
            }
            guard try wait(Self.patience) else { return nil }
        }
    }

    private mutating func play(on line: Int32) throws(SimulatorFault) -> End {
        _ = fcntl(line, F_SETFL, O_NONBLOCK)
        var giveUp: Duration? = now + Self.unnoticed
        while true {
            var descriptors = [
                pollfd(fd: switchboard.bell, events: Int16(POLLIN), revents: 0), pollfd(fd: line, events: Int16(POLLIN), revents: 0),
            ]
            try poll(&descriptors, until: [machine.nextDeadline, giveUp].compactMap { $0 }.min())
            for request in switchboard.take() {
                switch request {
                case .set(let fault, let occurrence): machine.set(fault, occurrence)
                case .unplug(let absence): return .lifted(absence)
                case .stop: return .stopped
                }
            }
            var actions = machine.advance(to: now)
            var buffer = [UInt8](repeating: 0, count: 1024)
            let count = recv(line, &buffer, buffer.count, 0)
            if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { return .left }
            if count > 0 {
                giveUp = nil
                actions += machine.receive(Array(buffer[..<count]), at: now)
            }
            if let moment = giveUp, moment <= now { return .left }
            for action in actions {
                switch action {
                // Answers are a few bytes: a socket that does not take them has nobody at its end.
                case .send(let bytes): if send(line, bytes, bytes.count, Int32(MSG_NOSIGNAL)) != bytes.count { return .left }
                case .report(let event):
                    if case .cardCut(let card) = event { try cards?.append(card) }
                    report.yield(event)
                case .unplug(let absence): return .lifted(absence)
                }
            }
        }
    }

    /// Lets time pass. `false`: stopped.
    private mutating func wait(_ length: Duration) throws(SimulatorFault) -> Bool {
        let end = now + length
        repeat {
            var descriptors = [pollfd(fd: switchboard.bell, events: Int16(POLLIN), revents: 0)]
            try poll(&descriptors, until: end)
            for request in switchboard.take() {
                if case .set(let fault, let occurrence) = request { machine.set(fault, occurrence) }
                if case .stop = request { return false }
            }
        } while now < end
        return true
    }

    private func poll(_ descriptors: inout [pollfd], until moment: Duration?) throws(SimulatorFault) {
        var result: Int32
        if let moment {
            let (seconds, attoseconds) = max(.zero, moment - now).components
            var limit = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            result = device_poll(&descriptors, UInt(descriptors.count), &limit)
        } else {
            result = device_poll(&descriptors, UInt(descriptors.count), nil)
        }
        if result < 0, errno != EINTR { throw .system("cannot wait for the virtual reader", "poll") }
    }
}
