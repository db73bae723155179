// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import CloudConnector

@Suite struct ConnectionMachineTests {
    private static let timing = MewsTiming()
    private let offline = MewsProblem(kind: .later(nil), sentence: "offline")
    private let unauthorised = MewsProblem(kind: .unauthorised, sentence: "tokens refused")

    /// A machine, the actions it gave last, and the way to a steady connection.
    private struct Rig {
        var machine: ConnectionMachine
        var actions: [ConnectionMachine.Action] = []

        init() { machine = ConnectionMachine(timing: ConnectionMachineTests.timing) }

        @discardableResult
        mutating func feed(_ event: ConnectionMachine.Event, random: Double = 0.5) -> [ConnectionMachine.Action] {
            actions = machine.handle(event, random: random)
            return actions
        }

        mutating func connect(socket: Int = 1) {
            feed(.start)
            feed(.authenticated(.tokens))
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
        #expect(rig.feed(.start).contains(.authenticate(anew: true)))
        #expect(rig.feed(.authenticated(.tokens)) == [.readProperty, .set(.net, .seconds(3))])
        #expect(rig.feed(.propertyRead) == [.deliver, .openSocket(1)])
        let opened = rig.feed(.socketOpened(1))
        #expect(opened.contains(.take(.catchUp)) && rig.wait(.net) == .seconds(20) && rig.wait(.freshSocket) == .seconds(14_400))
        #expect(rig.machine.phase == .catchingUp && rig.machine.mayCall)
        #expect(rig.feed(.intakeDone) == [.deliver])
        #expect(rig.machine.phase == .connected)
    }

    @Test func everythingIsReadAgain_afterEachReconnect() {
        var rig = Rig()
        rig.connect()
        rig.feed(.socketClosed(1, "lost"))
        #expect(rig.machine.phase == .waiting && rig.wait(.retry) == .milliseconds(500) && rig.wait(.net) == .seconds(3))
        rig.feed(.timer(.retry))
        rig.feed(.authenticated(.tokens))
        rig.feed(.propertyRead)
        #expect(rig.feed(.socketOpened(2)).contains(.take(.catchUp)))
    }

    @Test func waits_grow_untilTheSocketHasHeldForAWhile() {
        var rig = Rig()
        rig.feed(.start)
        var waits: [Duration?] = []
        for _ in 0..<8 {
            rig.feed(.authenticated(.tokens))
            rig.feed(.failed(.property, offline), random: 1)
            waits.append(rig.wait(.retry))
            rig.feed(.timer(.retry))
        }
        #expect(waits == [1, 2, 4, 8, 16, 20, 20, 20].map { .seconds($0) })

        // A socket that opens and falls at once does not start the count anew; one that holds does.
        rig.feed(.authenticated(.tokens))
        rig.feed(.propertyRead)
        rig.feed(.socketOpened(1))
        rig.feed(.socketClosed(1, "flap"), random: 1)
        #expect(rig.wait(.retry) == .seconds(20))
        rig.feed(.timer(.retry))
        rig.feed(.authenticated(.tokens))
        rig.feed(.propertyRead)
        rig.feed(.socketOpened(2))
        rig.feed(.timer(.settled))
        rig.feed(.socketClosed(2, "lost"), random: 1)
        #expect(rig.wait(.retry) == .seconds(1))
    }

    @Test func wait_isAtLeastWhatMewsAsked() {
        var rig = Rig()
        rig.feed(.start)
        rig.feed(.authenticated(.tokens))
        rig.feed(.failed(.property, MewsProblem(kind: .later(.seconds(33)), sentence: "429")), random: 0)
        #expect(rig.wait(.retry) == .seconds(33))
    }

    @Test func activeCommandsAreStillRead_whenOnlyTheSocketFails() {
        var rig = Rig()
        rig.feed(.start)
        rig.feed(.authenticated(.tokens))
        rig.feed(.propertyRead)
        #expect(rig.feed(.failed(.socket(1), offline)).contains(.take(.catchUp)))
        #expect(rig.machine.phase == .waiting)
        rig.feed(.intakeDone)
        #expect(rig.machine.phase == .waiting)
    }

    @Test(arguments: [MewsProblem.Kind.refused(status: 403), .refused(status: 400), .noSuchAddress])
    func connectionGoesOn_whenTheConfigurationMayNotBeRead(kind: MewsProblem.Kind) {
        var rig = Rig()
        rig.feed(.start)
        rig.feed(.authenticated(.tokens))
        #expect(rig.feed(.failed(.property, MewsProblem(kind: kind, sentence: "no"))) == [.deliver, .openSocket(1)])
    }

    @Test func oneRefusal_isAnsweredByOneTryMore() {
        var rig = Rig()
        rig.connect()
        #expect(rig.feed(.unauthorised(unauthorised)).contains(.authenticate(anew: true)))
        rig.feed(.authenticated(.tokens))
        rig.feed(.propertyRead)
        rig.feed(.socketOpened(2))
        rig.feed(.intakeDone)
        #expect(rig.machine.phase == .connected)
        // And it does not count any more.
        #expect(rig.feed(.unauthorised(unauthorised)).contains(.authenticate(anew: true)))
    }

    @Test func nothingGoesOut_afterTwo401_untilTheTokensChange() {
        var rig = Rig()
        rig.connect()
        rig.feed(.unauthorised(unauthorised))
        rig.feed(.authenticated(.tokens))
        let actions = rig.feed(.failed(.property, unauthorised))
        #expect(rig.machine.phase == .stopped("tokens refused") && !rig.machine.mayCall)
        #expect(actions.contains(.clear(.net)) && rig.wait(.tokenCheck) == .seconds(2))
        #expect(rig.wait(.refusedRetry) == .seconds(30))
        for event: ConnectionMachine.Event in [
            .hints([CommandHint(id: "a", state: .pending)]), .timer(.net), .timer(.retry), .timer(.intake), .intakeDone,
            .intakeFailed(offline), .propertyRead, .authenticated(.tokens), .socketClosed(1, "x"), .unauthorised(unauthorised),
        ] {
            #expect(rig.feed(event).isEmpty, "\(event)")
        }
        #expect(rig.feed(.timer(.tokenCheck)) == [.compareTokens])
        #expect(rig.feed(.tokensCompared(changed: false)) == [.set(.tokenCheck, .seconds(2))])
        #expect(rig.feed(.tokensCompared(changed: true)).contains(.authenticate(anew: true)))
        #expect(rig.machine.phase == .authenticating)
    }

    @Test func refusedTokens_areTriedAgain_moreAndMoreSeldom() {
        var rig = Rig()
        rig.feed(.start)
        rig.feed(.failed(.authenticate, unauthorised))
        var waits: [Duration?] = []
        for _ in 0..<7 {
            rig.feed(.failed(.authenticate, unauthorised))
            #expect(rig.machine.phase == .stopped("tokens refused"))
            waits.append(rig.wait(.refusedRetry))
            #expect(rig.feed(.timer(.refusedRetry)).contains(.authenticate(anew: true)))
        }
        #expect(waits == [30, 60, 120, 240, 480, 900, 900].map { .seconds($0) })
    }

    /// Whoever refuses the upgrade: what the tokens are worth is told by the API.
    @Test func refusedSocket_isNoReasonToStop_andCommandsArePolled() {
        var rig = Rig()
        rig.feed(.start)
        rig.feed(.authenticated(.tokens))
        rig.feed(.propertyRead)
        #expect(rig.feed(.failed(.socket(1), unauthorised)).contains(.take(.catchUp)))
        #expect(rig.machine.phase == .waiting && rig.wait(.net) == .seconds(3))
        rig.feed(.intakeDone)
        #expect(rig.feed(.timer(.net)) == [.set(.net, .seconds(3)), .take(.catchUp)])
    }

    @Test func unreadableTokenFiles_areReadAgainSoon() {
        var rig = Rig()
        rig.feed(.start)
        for _ in 0..<20 {
            rig.feed(.failed(.tokens, offline), random: 1)
            #expect(rig.wait(.retry) == .seconds(2) && rig.machine.phase == .waiting)
            rig.feed(.timer(.retry))
        }
    }

    @Test func formOf2015_livesByPollingAlone() {
        var rig = Rig()
        rig.feed(.start)
        let actions = rig.feed(.authenticated(.signIn))
        #expect(actions.contains(.take(.catchUp)) && rig.wait(.net) == .seconds(3))
        #expect(!actions.contains(.readProperty) && !actions.contains(.openSocket(1)))
        rig.feed(.intakeDone)
        #expect(rig.machine.phase == .connected)
        rig.feed(.timer(.net))
        rig.feed(.intakeFailed(offline))
        #expect(rig.machine.phase == .catchingUp)
        rig.feed(.timer(.intake))
        rig.feed(.intakeDone)
        #expect(rig.machine.phase == .connected)
    }

    @Test func sessionIsTakenBackOnceOnly_whenAnotherClientSignsIn() {
        var rig = Rig()
        rig.feed(.start)
        rig.feed(.authenticated(.signIn))
        rig.feed(.intakeDone)
        #expect(rig.feed(.unauthorised(unauthorised)).contains(.authenticate(anew: true)))
        rig.feed(.authenticated(.signIn))
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

    @Test func missingCommands_areAskedForAgain_aFewTimes() {
        var rig = Rig()
        rig.connect()
        let hint = CommandHint(id: "a", state: .pending)
        var waits: [Duration?] = []
        rig.feed(.hints([hint]))
        for _ in 0..<6 {
            rig.feed(.missing([hint]))
            waits.append(rig.wait(.missing))
            rig.feed(.intakeDone)
            rig.feed(.timer(.missing))
        }
        #expect(waits == [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(16), nil])
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
        #expect(rig.feed(.timer(.net)) == [.set(.net, .seconds(20)), .take(.catchUp)])
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
            var rig = Rig()
            var running = 0
            for _ in 0..<60 {
                let socket = Int.random(in: 0...3, using: &generator)
                let kinds: [MewsProblem.Kind] = [
                    .later(nil), .doubtful(.seconds(3)), .unauthorised, .refused(status: 400), .tooMuch, .noSuchAddress,
                ]
                let problem = MewsProblem(kind: kinds[Int.random(in: 0..<kinds.count, using: &generator)], sentence: "x")
                var events: [ConnectionMachine.Event] = [
                    .start, .authenticated(round.isMultiple(of: 2) ? .signIn : .tokens), .propertyRead, .socketOpened(socket),
                    .socketClosed(socket, "x"), .failed(.property, problem),
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
