// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

/// The life of one encoder as a value: event in, actions out. The session performs the actions; this knows no I/O and no clock.
///
///     absent -> opening -> ready <-> busy
///        ^         \-> faulted (retry with Backoff) -/
///        +---------- from anywhere when the port leaves
public struct SessionMachine: Sendable, Hashable {
    public enum State: Sendable, Hashable {
        case absent
        case opening(DetectedPort)
        case identifying(DetectedPort)
        case ready(DetectedPort)
        case busy(DetectedPort, JobID)
        /// The port is there, or should be, and cannot be used.
        case faulted(DetectedPort?, Fault)
    }

    public enum Event: Sendable, Hashable {
        case portArrived(DetectedPort)
        case portLeft(DetectedPort.Incarnation)
        /// The configuration fits several ports: none is used.
        case ambiguous(Fault)
        case opened
        case openFailed(Fault)
        case identified(EncoderIdentity)
        case identifyFailed(Fault)
        case jobBegan(JobID)
        /// The job ended; a fault that says the line is gone closes the port.
        case jobEnded(lineLost: Fault?)
        /// The line went dead while nothing was asked.
        case lineLost(Fault)
        case retryDue(attempt: Int)
        /// The computer slept: the encoder may have lost power meanwhile.
        case woke
    }

    public enum Action: Sendable, Hashable {
        case open(DetectedPort)
        case identify
        case close
        case retry(after: Duration, attempt: Int)
        /// An outage began, or goes on for another reason: said and dated, once each.
        case fault(Fault)
        /// The encoder works again: what was in the way is over.
        case well
        /// The state changed: tell the world.
        case publish
    }

    public private(set) var state: State = .absent
    public private(set) var identity: EncoderIdentity?
    /// What keeps the encoder from being used; `nil` from the moment it works again.
    public private(set) var lastFault: Fault?
    /// Failed tries in a row.
    private var attempt = 0

    public init() {}

    public var port: DetectedPort? {
        switch state {
        case .absent: nil
        case .opening(let port), .identifying(let port), .ready(let port), .busy(let port, _): port
        case .faulted(let port, _): port
        }
    }

    public var encoderState: EncoderState {
        switch state {
        case .absent: .absent
        case .opening, .identifying: .opening
        case .ready: .ready
        case .busy: .busy
        case .faulted: .faulted
        }
    }

    public var currentJob: JobID? { if case .busy(_, let job) = state { job } else { nil } }

    public mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .portArrived(let arrived):
            // The same port again says nothing new; another incarnation means that the old one is gone, seen or not.
            if let port, port.incarnation == arrived.incarnation, !isFaulted { return [] }
            let close: [Action] = holdsOpenPort ? [.close] : []
            attempt = 0
            state = .opening(arrived)
            return close + [.publish, .open(arrived)]

        case .portLeft(let incarnation):
            guard let port, port.incarnation == incarnation else { return [] }
            let close: [Action] = holdsOpenPort ? [.close] : []
            // The same news, whether udev or the line itself brings it first.
            let news = holdsOpenPort ? outage(Fault(.offline, detail: "the port left")) : []
            state = .absent
            attempt = 0
            return close + news + [.publish]

        case .ambiguous(let fault):
            let close: [Action] = holdsOpenPort ? [.close] : []
            state = .faulted(nil, fault)
            return close + outage(fault) + [.publish]

        case .opened:
            guard case .opening(let port) = state else { return [] }
            state = .identifying(port)
            return [.identify]

        case .identified(let identity):
            if case .ready = state, identity != self.identity {
                // Asked again between two jobs.
                self.identity = identity
                return [.publish]
            }
            guard case .identifying(let port) = state else { return [] }
            self.identity = identity
            attempt = 0
            lastFault = nil
            state = .ready(port)
            return [.well, .publish]

        case .openFailed(let fault):
            guard case .opening(let port) = state else { return [] }
            return fail(port, fault, close: false)

        case .identifyFailed(let fault):
            guard case .identifying(let port) = state else { return [] }
            return fail(port, fault, close: true)

        case .jobBegan(let id):
            guard case .ready(let port) = state else { return [] }
            state = .busy(port, id)
            return [.publish]

        case .jobEnded(let lineLost):
            guard case .busy(let port, _) = state else { return [] }
            if let lineLost { return fail(port, lineLost, close: true) }
            state = .ready(port)
            return [.publish]

        case .lineLost(let fault):
            guard case .ready(let port) = state else { return [] }
            return fail(port, fault, close: true)

        case .retryDue(let due):
            guard case .faulted(let port?, _) = state, due == attempt else { return [] }
            state = .opening(port)
            return [.open(port)]

        case .woke:
            guard case .ready(let port) = state else { return [] }
            state = .identifying(port)
            return [.identify]
        }
    }

    private var isFaulted: Bool { if case .faulted = state { true } else { false } }

    private var holdsOpenPort: Bool {
        switch state {
        case .identifying, .ready, .busy: true
        case .absent, .opening, .faulted: false
        }
    }

    /// - Returns: the news, if it is some.
    private mutating func outage(_ fault: Fault) -> [Action] {
        defer { lastFault = fault }
        return lastFault == fault ? [] : [.fault(fault)]
    }

    private mutating func fail(_ port: DetectedPort, _ fault: Fault, close: Bool) -> [Action] {
        attempt += 1
        // The tries in between change nothing that anyone could see: said once per kind of fault.
        let wasFaulted = isFaulted
        let news = outage(fault)
        state = .faulted(port, fault)
        return (close ? [.close] : []) + news + (news.isEmpty && wasFaulted ? [] : [.publish])
            + [.retry(after: Backoff.wait(afterAttempt: attempt), attempt: attempt)]
    }
}
