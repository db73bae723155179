// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import CloudConnector

@Suite struct ConnectionMachineTests {
    private static let timing = MewsTiming()
    private let offline = Problem(kind: .later(nil), sentence: "offline")
    private let unauthorised = Problem(kind: .unauthorised, sentence: "tokens refused")

    /// A machine, the actions it gave last, and the way to a steady connection.
    private struct Rig {
        var machine: ConnectionMachine
        var actions: [ConnectionMachine.Action] = []

        init(exclusive: Bool = false) { machine = ConnectionMachine(timing: ConnectionMachineTests.timing, exclusive: exclusive) }

        @discardableResult
        mutating func feed(_ event: ConnectionMachine.Event, random: Double = 0.5) -> [ConnectionMachine.Action] {
            actions = machine.handle(event, random: random)
            return actions
        }

        mutating func connect(socket: Int = 1) {
            feed(.start)
            feed(.authenticated)
            feed(.propertyRead)
            feed(.socketOpened(socket))
            feed(.intakeDone)
        }

        func wait(_ timer: ConnectionMachine.Timer) -> Duration? {
            for case .set(timer, let pause) in actions { return pause }
            return nil
        }
    }

    @Test func steps_comeInOrder_fromStartToConnected() {
        var rig = Rig()
        #expect(!rig.machine.mayCall)
        #expect(rig.feed(.start).contains(.authenticate(anew: false)))
        #expect(rig.feed(.authenticated) == [.readProperty])
        #expect(rig.feed(.propertyRead) == [.deliver, .openSocket(1)])
        let opened = rig.feed(.socketOpened(1))
        #expect(opened.contains(.take(.catchUp)) && rig.wait(.net) == .seconds(300) && rig.wait(.freshSocket) == .seconds(14_400))
        #expect(rig.machine.phase == .catchingUp && rig.machine.mayCall)
        #expect(rig.feed(.intakeDone) == [.deliver])
        #expect(rig.machine.phase == .connected)
    }

    @Test func everythingIsReadAgain_afterEachReconnect() {
        var rig = Rig()
        rig.connect()
        rig.feed(.socketClosed(1, "lost"))
        #expect(rig.machine.phase == .waiting && rig.wait(.retry) == .milliseconds(500))
        rig.feed(.timer(.retry))
        rig.feed(.authenticated)
        rig.feed(.propertyRead)
        #expect(rig.feed(.socketOpened(2)).contains(.take(.catchUp)))
    }

    @Test func waits_grow_untilTheSocketHasHeldForAWhile() {
        var rig = Rig()
        rig.feed(.start)
        var waits: [Duration?] = []
        for _ in 0..<8 {
            rig.feed(.authenticated)
            rig.feed(.failed(.property, offline), random: 1)
            waits.append(rig.wait(.retry))
            rig.feed(.timer(.retry))
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })

        // A socket that opens and falls at once does not start the count anew; one that holds does.
        rig.feed(.authenticated)
        rig.feed(.propertyRead)
        rig.feed(.socketOpened(1))
        rig.feed(.socketClosed(1, "flap"), random: 1)
        #expect(rig.wait(.retry) == .seconds(60))
        rig.feed(.timer(.retry))
        rig.feed(.authenticated)
        rig.feed(.propertyRead)
        rig.feed(.socketOpened(2))
        rig.feed(.timer(.settled))
        rig.feed(.socketClosed(2, "lost"), random: 1)
        #expect(rig.wait(.retry) == .seconds(1))
    }

    @Test func wait_isAtLeastWhatMewsAsked() {
        var rig = Rig()
        rig.feed(.start)
        rig.feed(.authenticated)
        rig.feed(.failed(.property, Problem(kind: .later(.seconds(33)), sentence: "429")), random: 0)
        #expect(rig.wait(.retry) == .seconds(33))
    }

    @Test func activeCommandsAreStillRead_whenOnlyTheSocketFails() {
        var rig = Rig()
        rig.feed(.start)
        rig.feed(.authenticated)
        rig.feed(.propertyRead)
        #expect(rig.feed(.failed(.socket(1), offline)).contains(.take(.catchUp)))
        #expect(rig.machine.phase == .waiting)
        rig.feed(.intakeDone)
        #expect(rig.machine.phase == .waiting)
    }

    @Test(arguments: [Problem.Kind.refused(status: 403), .refused(status: 400), .noSuchAddress])
    func connectionGoesOn_whenTheConfigurationMayNotBeRead(kind: Problem.Kind) {
        var rig = Rig()
        rig.feed(.start)
        rig.feed(.authenticated)
        #expect(rig.feed(.failed(.property, Problem(kind: kind, sentence: "no"))) == [.openSocket(1)])
    }

    @Test func nothingGoesOut_after401_untilTheTokensChange() {
        var rig = Rig()
        rig.connect()
        let actions = rig.feed(.unauthorised(unauthorised))
        #expect(rig.machine.phase == .stopped("tokens refused") && !rig.machine.mayCall)
        #expect(actions.contains(.closeSocket) && actions.contains(.clear(.net)) && rig.wait(.tokenCheck) == .seconds(60))
        #expect(rig.wait(.refusedRetry) == .seconds(900))
        for event: ConnectionMachine.Event in [
            .hints([CommandHint(id: "a", state: .pending)]), .timer(.net), .timer(.retry), .timer(.intake), .intakeDone,
            .intakeFailed(offline), .propertyRead, .authenticated, .socketClosed(1, "x"), .unauthorised(unauthorised),
        ] {
            #expect(rig.feed(event).isEmpty, "\(event)")
        }
        #expect(rig.feed(.timer(.tokenCheck)) == [.compareTokens])
        #expect(rig.feed(.tokensCompared(changed: false)) == [.set(.tokenCheck, .seconds(60))])
        #expect(rig.feed(.tokensCompared(changed: true)).contains(.authenticate(anew: true)))
        #expect(rig.machine.phase == .authenticating)
    }

    @Test func refusedTokens_areTriedAgain_afterALongTime() {
        var rig = Rig()
        rig.feed(.start)
        rig.feed(.failed(.authenticate, unauthorised))
        #expect(rig.machine.phase == .stopped("tokens refused"))
        #expect(rig.feed(.timer(.refusedRetry)).contains(.authenticate(anew: true)))
    }

    @Test(arguments: [true, false])
    func connectionStops_when401ComesWithTheSocketOrTheIntake(fromSocket: Bool) {
        var rig = Rig()
        if fromSocket {
            rig.feed(.start)
            rig.feed(.authenticated)
            rig.feed(.propertyRead)
            rig.feed(.failed(.socket(1), unauthorised))
        } else {
            rig.connect()
            rig.feed(.timer(.net))
            rig.feed(.intakeFailed(unauthorised))
        }
        #expect(rig.machine.phase == .stopped("tokens refused"))
    }

    @Test func sessionIsTakenBackOnceOnly_whenAnotherClientSignsIn() {
        var rig = Rig(exclusive: true)
        rig.connect()
        #expect(rig.feed(.unauthorised(unauthorised)).contains(.authenticate(anew: true)))
        rig.feed(.authenticated)
        rig.feed(.propertyRead)
        rig.feed(.socketOpened(2))
        rig.feed(.intakeDone)
        rig.feed(.unauthorised(unauthorised))
        guard case .stopped(let reason) = rig.machine.phase else {
            Issue.record("still fighting: \(rig.machine.phase)")
            return
        }
        #expect(reason.contains("Another client"))
        // Trying now and then would throw the other client out now and then.
        #expect(rig.wait(.refusedRetry) == nil && rig.wait(.tokenCheck) != nil)
    }

    @Test func socketIsMadeAnew_afterHours() {
        var rig = Rig()
        rig.connect()
        let actions = rig.feed(.timer(.freshSocket))
        #expect(actions.first == .closeSocket && actions.contains(.authenticate(anew: false)))
        #expect(rig.feed(.socketClosed(1, "closed by us")).isEmpty)
    }

    @Test func net_asksForActiveCommands_andIsSetAgain() {
        var rig = Rig()
        rig.connect()
        #expect(rig.feed(.timer(.net)) == [.set(.net, .seconds(300)), .take(.catchUp)])
    }

    @Test func newsOfAnOldSocket_changesNothing() {
        var rig = Rig()
        rig.connect()
        #expect(rig.feed(.socketClosed(0, "old")).isEmpty && rig.feed(.failed(.socket(0), offline)).isEmpty)
        #expect(rig.machine.phase == .connected)
    }

    @Test func machine_neverCallsBeforeItMay_onAnyOrderOfEvents() {
        var generator = SeededGenerator(seed: 5)
        for round in 0..<400 {
            var rig = Rig(exclusive: round.isMultiple(of: 2))
            var running = 0
            for _ in 0..<60 {
                let socket = Int.random(in: 0...3, using: &generator)
                let kinds: [Problem.Kind] = [
                    .later(nil), .doubtful(.seconds(3)), .unauthorised, .refused(status: 400), .tooMuch, .noSuchAddress,
                ]
                let problem = Problem(kind: kinds[Int.random(in: 0..<kinds.count, using: &generator)], sentence: "x")
                var events: [ConnectionMachine.Event] = [
                    .start, .authenticated, .propertyRead, .socketOpened(socket), .socketClosed(socket, "x"), .failed(.property, problem),
                    .failed(.authenticate, problem), .failed(.socket(socket), problem), .unauthorised(problem),
                    .hints([CommandHint(id: "\(socket)", state: .pending)]), .tokensCompared(changed: Bool.random(using: &generator)),
                ]
                events += ConnectionMachine.Timer.allCases.map { .timer($0) }
                // An intake reports back only if one runs.
                if running > 0 { events += [.intakeDone, .intakeFailed(problem), .intakeDone] }
                let event = events[Int.random(in: 0..<events.count, using: &generator)]
                switch event {
                case .intakeDone, .intakeFailed: running -= 1
                default: break
                }
                rig.feed(event)
                for case .take in rig.actions {
                    running += 1
                    #expect(rig.machine.mayCall)
                }
                #expect(running <= 1, "two intakes at once")
                if case .stopped = rig.machine.phase { #expect(!rig.machine.mayCall) }
            }
        }
    }
}
