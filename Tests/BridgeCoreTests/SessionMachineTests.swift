// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Ports
import Testing

@Suite struct SessionMachineTests {
    static let port = DetectedPort(incarnation: .init("usb1/ttyUSB0#1"), kind: .tty, address: "/dev/ttyUSB0")
    static let replugged = DetectedPort(incarnation: .init("usb1/ttyUSB0#2"), kind: .tty, address: "/dev/ttyUSB0")
    static let held = Fault(.heldBy(process: HoldingProcess(pid: 7, name: "cat")))

    static let left = Fault(.offline, detail: "the port left")

    static func ready() -> SessionMachine {
        var machine = SessionMachine()
        _ = machine.handle(.portArrived(port))
        _ = machine.handle(.opened)
        _ = machine.handle(.identified(EncoderIdentity()))
        return machine
    }

    @Test func machine_opensAndIdentifies_whenPortArrives() {
        var machine = SessionMachine()
        #expect(machine.handle(.portArrived(Self.port)) == [.publish, .open(Self.port)])
        #expect(machine.handle(.opened) == [.identify])
        #expect(machine.handle(.identified(EncoderIdentity(model: "X"))) == [.well, .publish])
        #expect(machine.encoderState == .ready)
        #expect(machine.identity?.model == "X")
    }

    @Test func machine_doesNothing_whenTheSamePortArrivesAgain() {
        var machine = Self.ready()
        #expect(machine.handle(.portArrived(Self.port)).isEmpty)
    }

    @Test func machine_closesAndOpensAnew_whenAnotherIncarnationArrivesUnannounced() {
        var machine = Self.ready()
        #expect(machine.handle(.portArrived(Self.replugged)) == [.close, .publish, .open(Self.replugged)])
    }

    @Test func machine_isAbsent_whenItsPortLeaves() {
        var machine = Self.ready()
        #expect(machine.handle(.portLeft(Self.port.incarnation)) == [.close, .fault(Self.left), .publish])
        #expect(machine.encoderState == .absent)
    }

    @Test func everyOutage_isNews_andOverWhenTheEncoderIsWell() {
        var machine = Self.ready()
        for _ in 1...3 {
            #expect(machine.handle(.portLeft(Self.port.incarnation)).contains(.fault(Self.left)))
            #expect(machine.lastFault == Self.left)
            _ = machine.handle(.portArrived(Self.port))
            _ = machine.handle(.opened)
            #expect(machine.handle(.identified(EncoderIdentity())) == [.well, .publish])
            #expect(machine.lastFault == nil)
        }
    }

    @Test func machine_staysReady_whenAnOlderIncarnationLeaves() {
        var machine = Self.ready()
        #expect(machine.handle(.portLeft(Self.replugged.incarnation)).isEmpty)
        #expect(machine.encoderState == .ready)
    }

    @Test func machine_retriesWithGrowingWaits_whenOpeningFails() {
        var machine = SessionMachine()
        _ = machine.handle(.portArrived(Self.port))
        #expect(machine.handle(.openFailed(Self.held)) == [.fault(Self.held), .publish, .retry(after: .milliseconds(100), attempt: 1)])
        #expect(machine.handle(.retryDue(attempt: 1)) == [.open(Self.port)])
        #expect(machine.handle(.openFailed(Self.held)).last == .retry(after: .milliseconds(200), attempt: 2))
        #expect(machine.lastFault == Self.held)
    }

    @Test func machine_ignoresRetry_whenThePortLeftMeanwhile() {
        var machine = SessionMachine()
        _ = machine.handle(.portArrived(Self.port))
        _ = machine.handle(.openFailed(Self.held))
        _ = machine.handle(.portLeft(Self.port.incarnation))
        #expect(machine.handle(.retryDue(attempt: 1)).isEmpty)
        #expect(machine.encoderState == .absent)
    }

    @Test func machine_startsWaitsAnew_whenPortComesBack() {
        var machine = SessionMachine()
        _ = machine.handle(.portArrived(Self.port))
        for attempt in 1...5 {
            _ = machine.handle(.openFailed(Self.held))
            _ = machine.handle(.retryDue(attempt: attempt))
        }
        _ = machine.handle(.portArrived(Self.replugged))
        #expect(machine.handle(.openFailed(Self.held)).last == .retry(after: .milliseconds(100), attempt: 1))
    }

    @Test func machine_closesAndRetries_whenTheLineIsLostDuringAJob() {
        var machine = Self.ready()
        #expect(machine.handle(.jobBegan("j")) == [.publish])
        #expect(machine.currentJob == "j")
        let gone = Fault(.offline, card: .unknown)
        #expect(
            machine.handle(.jobEnded(lineLost: gone)) == [.close, .fault(gone), .publish, .retry(after: .milliseconds(100), attempt: 1)])
        #expect(machine.encoderState == .faulted)
    }

    @Test func machine_usesNoPort_whenTheMatchIsAmbiguous() {
        var machine = Self.ready()
        let fault = Fault(.rejected(reason: "two fit"))
        #expect(machine.handle(.ambiguous(fault)) == [.close, .fault(fault), .publish])
        #expect(machine.encoderState == .faulted)
        #expect(machine.port == nil)
    }

    @Test func machine_identifiesAgain_whenTheComputerWoke() {
        var machine = Self.ready()
        #expect(machine.handle(.woke) == [.identify])
        #expect(machine.encoderState == .opening)
    }

    /// Whatever comes in whatever order: a port is opened only while none is held, and closed only while one is.
    @Test func machine_neverOpensTwice_underAnySequenceOfEvents() {
        var random = SystemRandomNumberGenerator()
        let events: [SessionMachine.Event] = [
            .portArrived(Self.port), .portArrived(Self.replugged), .portLeft(Self.port.incarnation), .portLeft(Self.replugged.incarnation),
            .ambiguous(Self.held), .opened, .openFailed(Self.held), .identified(EncoderIdentity()), .identifyFailed(Self.held),
            .jobBegan("j"), .jobEnded(lineLost: nil), .jobEnded(lineLost: Self.held), .lineLost(Self.held), .retryDue(attempt: 1),
            .retryDue(attempt: 2), .woke,
        ]
        for _ in 0..<2000 {
            var machine = SessionMachine()
            var open = false
            var trace: [SessionMachine.Event] = []
            for _ in 0..<20 {
                guard let event = events.randomElement(using: &random) else { continue }
                // The session reports an outcome only of what it was told to do.
                if case .opened = event { if case .opening = machine.state { open = true } else { continue } }
                trace.append(event)
                for action in machine.handle(event) {
                    switch action {
                    case .open: #expect(!open, "opened twice after \(trace)")
                    case .close:
                        #expect(open, "closed twice after \(trace)")
                        open = false
                    case .identify: #expect(open, "asked a closed port after \(trace)")
                    case .retry, .publish, .fault, .well: break
                    }
                }
            }
        }
    }
}

@Suite struct BackoffTests {
    @Test(arguments: [(1, 100), (2, 200), (5, 1600), (9, 25_600), (10, 30_000), (1000, 30_000), (0, 100)])
    func wait_doublesUpToThirtySeconds(attempt: Int, milliseconds: Int) {
        #expect(Backoff.wait(afterAttempt: attempt) == .milliseconds(milliseconds))
    }
}
