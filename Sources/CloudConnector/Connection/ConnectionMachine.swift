// SPDX-License-Identifier: Apache-2.0

/// The life of the connection to Mews: event in, actions out; no I/O, no clock.
///
///     start -> authenticate -> read the property -> open the socket -> catch up -> connected
///                 ^                  |                   |                            |
///                 +---- wait (full jitter) <-------------+----------------------------+
///     two 401 in a row -> stopped, until the tokens change or a while has passed
///
/// Commands are read by polling whenever no socket is open, whatever closed it or keeps it shut: keys come a little later then, but they
/// come. While a socket is open the same question is asked now and then, because events have no delivery promise. The form of 2015
/// has no socket and lives by polling alone.
struct ConnectionMachine: Sendable {
    enum Phase: Sendable, Hashable {
        case idle, authenticating, readingProperty, openingSocket
        /// What was missed is being read.
        case catchingUp
        case connected
        /// Until the retry timer.
        case waiting
        case stopped(String)
    }

    /// How long the connection must hold before the back-off starts from the beginning.
    static let settling: Duration = .seconds(30)

    private(set) var phase: Phase = .idle
    private(set) var intake = IntakeQueue()
    private(set) var socketIsOpen = false
    private let timing: MewsTiming
    private var form: MewsForm?
    private var attempt = 0
    private var socket = 0
    private var authenticated = false
    /// Refusals in a row. A first one may be a slip of Mews', or in the form of 2015 another client that took the session over: it is
    /// answered by one try more.
    private var refusals = 0

    init(timing: MewsTiming) { self.timing = timing }

    /// Whether requests may be sent at all.
    var mayCall: Bool {
        if case .stopped = phase { return false }
        return authenticated
    }

    /// - Parameter random: from 0 up to 1, for the jitter of a wait if there is one.
    mutating func handle(_ event: Event, random: Double) -> [Action] {
        if case .stopped = phase { return whileStopped(event) }
        switch event {
        case .start, .timer(.retry):
            return begin(anew: !authenticated)
        case .authenticated(let form):
            guard phase == .authenticating else { return [] }
            self.form = form
            authenticated = true
            return form.hasProperty ? readProperty() : [.deliver] + goOn()
        case .propertyRead:
            guard phase == .readingProperty else { return [] }
            return [.deliver] + goOn()
        case .failed(let step, let problem):
            return failed(step, problem, random)
        case .socketOpened(socket):
            guard phase == .openingSocket else { return [.closeSocket] }
            socketIsOpen = true
            return catchUp()
        case .socketOpened:
            return []
        case .socketClosed(socket, _) where socketIsOpen:
            return [.closeSocket] + wait(random, atLeast: nil) + takeNext()
        case .socketClosed:
            return []
        case .hints(let hints):
            intake.want(hints)
            return takeNext()
        case .missing(let hints):
            guard let pause = intake.missed(hints) else { return [] }
            return [.set(.missing, pause)]
        case .intakeDone:
            return intakeDone()
        case .intakeFailed(let problem):
            return intakeFailed(problem, random)
        case .unauthorised(let problem):
            return authenticated ? refused(problem, random) : []
        case .timer(.intake):
            intake.rested()
            return takeNext()
        case .timer(.missing):
            intake.wantMissing()
            return takeNext()
        case .timer(.settled):
            attempt = 0
            return []
        case .timer(.net):
            intake.wantCatchUp()
            return [setNet] + takeNext()
        case .timer(.freshSocket):
            refusals = 0
            return begin(anew: false)
        case .timer(.tokenCheck), .timer(.refusedRetry), .tokensCompared:
            return []
        }
    }

    // MARK: Steps

    private mutating func begin(anew: Bool) -> [Action] {
        let closing: [Action] = socketIsOpen ? [.closeSocket] : []
        socketIsOpen = false
        phase = .authenticating
        return closing + [.clear(.retry), .clear(.settled), .clear(.freshSocket), .authenticate(anew: anew)]
    }

    private mutating func readProperty() -> [Action] {
        phase = .readingProperty
        return [.readProperty, setNet]
    }

    private mutating func goOn() -> [Action] {
        guard form?.hasSocket == true else { return catchUp() }
        phase = .openingSocket
        socket += 1
        return [.openSocket(socket)]
    }

    private mutating func catchUp() -> [Action] {
        phase = .catchingUp
        intake.wantCatchUp()
        return [.set(.settled, Self.settling), .set(.freshSocket, timing.freshSocket), setNet] + takeNext()
    }

    private mutating func failed(_ step: Step, _ problem: MewsProblem, _ random: Double) -> [Action] {
        switch (step, phase) {
        case (.tokens, .authenticating):
            // A file, and no word of Mews: it is looked at again soon, and nothing is wrong with what was known before.
            return wait(0, atLeast: timing.tokenCheck)
        case (.authenticate, .authenticating):
            if problem.isPassing { return wait(random, atLeast: problem.wait) }
            return refused(problem, random)
        case (.property, .readingProperty):
            switch problem.kind {
            case .unauthorised: return refused(problem, random)
            // An integration may lack the right to it: go on without.
            case .refused, .noSuchAddress: return [.deliver] + goOn()
            case .later, .doubtful, .tooMuch, .foreign: return wait(random, atLeast: problem.wait)
            }
        case (.socket(socket), .openingSocket):
            // Whoever refuses the upgrade: what the tokens are worth is told by the API.
            intake.wantCatchUp()
            return wait(random, atLeast: problem.wait) + takeNext()
        default:
            return []
        }
    }

    private mutating func wait(_ random: Double, atLeast asked: Duration?) -> [Action] {
        socketIsOpen = false
        phase = .waiting
        attempt += 1
        let pause = max(asked ?? .zero, timing.backoff.wait(attempt, random: random))
        return [.clear(.settled), .clear(.freshSocket), .set(.retry, pause)] + (authenticated ? [setNet] : [])
    }

    // MARK: Commands

    /// Events come through an open socket; without one this is the only way in.
    private var setNet: Action { .set(.net, socketIsOpen ? timing.net : timing.poll) }

    private mutating func takeNext() -> [Action] {
        guard authenticated, let step = intake.next() else { return [] }
        return [.take(step)]
    }

    private mutating func intakeDone() -> [Action] {
        let caughtUp = intake.running == .catchUp && phase == .catchingUp
        intake.done()
        // In the form of 2015 a session that was lost once and taken back is not fought for again for hours.
        if form == .tokens { refusals = 0 }
        if caughtUp { phase = .connected }
        return (caughtUp ? [.deliver] : []) + takeNext()
    }

    private mutating func intakeFailed(_ problem: MewsProblem, _ random: Double) -> [Action] {
        if problem.kind == .unauthorised, authenticated {
            intake.stopped()
            return refused(problem, random)
        }
        // Without a socket there is no other sign of being connected.
        if phase == .connected, !socketIsOpen { phase = .catchingUp }
        guard intake.failed(problem) else { return takeNext() }
        let pause = max(problem.wait ?? .zero, timing.backoff.wait(intake.failures, random: random))
        return [.set(.intake, pause)]
    }

    // MARK: Refused tokens

    private mutating func refused(_ problem: MewsProblem, _ random: Double) -> [Action] {
        let wasSignedIn = authenticated && form == .signIn
        refusals += 1
        authenticated = false
        intake.clear()
        if refusals == 1 { return [.clear(.net), .clear(.intake), .clear(.missing)] + begin(anew: true) }
        guard wasSignedIn else { return stop(problem.sentence, askAgain: true) }
        // Trying now and then would throw the other client out now and then.
        return stop(
            "Another client keeps signing in to Mews with the same connector token: let only one bridge use it, then restart this one",
            askAgain: false)
    }

    /// - Parameter askAgain: sooner at first, then more seldom: the property may have switched the integration off for a moment, or for good.
    private mutating func stop(_ reason: String, askAgain: Bool) -> [Action] {
        phase = .stopped(reason)
        let closing: [Action] = socketIsOpen ? [.closeSocket] : []
        socketIsOpen = false
        let pause = min(timing.refusedRetry, timing.firstRefusedRetry * (1 << min(refusals - 2, 10)))
        return closing + Timer.allCases.map { .clear($0) } + [.set(.tokenCheck, timing.tokenCheck)]
            + (askAgain ? [.set(.refusedRetry, pause)] : [])
    }

    /// Nothing goes out. Only new tokens, or time, start it again.
    private mutating func whileStopped(_ event: Event) -> [Action] {
        switch event {
        case .timer(.tokenCheck):
            return [.compareTokens]
        case .tokensCompared(changed: false):
            return [.set(.tokenCheck, timing.tokenCheck)]
        case .tokensCompared(changed: true):
            refusals = 0
            return startAgain()
        case .timer(.refusedRetry):
            return startAgain()
        case .socketOpened:
            return [.closeSocket]
        case .intakeDone, .intakeFailed:
            // It was on its way when the tokens were refused.
            intake.stopped()
            return []
        default:
            return []
        }
    }

    private mutating func startAgain() -> [Action] {
        attempt = 0
        return [.clear(.tokenCheck), .clear(.refusedRetry)] + begin(anew: true)
    }
}
