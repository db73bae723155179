// SPDX-License-Identifier: Apache-2.0

/// The life of the connection to Mews: event in, actions out; no I/O, no clock.
///
///     start -> authenticate -> read the property -> open the socket -> catch up -> connected
///                 ^                  |                   |                            |
///                 +---- wait (full jitter) <-------------+----------------------------+
///     any 401 -> stopped, until the tokens change or a long time has passed
///
/// Where the socket cannot be had although Mews answers requests, each try still reads the active commands: keys come later then,
/// but they come.
struct ConnectionMachine: Sendable {
    enum Phase: Sendable, Hashable {
        case idle, authenticating, readingProperty, openingSocket
        /// The socket is open and what was missed is being read.
        case catchingUp
        case connected
        /// Until the retry timer.
        case waiting
        case stopped(String)
    }

    enum Event: Sendable, Hashable {
        case start
        case authenticated
        case propertyRead
        case socketOpened(Int)
        case socketClosed(Int, String)
        /// A step towards the connection did not succeed.
        case failed(Step, Problem)
        case hints([CommandHint])
        case intakeDone
        case intakeFailed(Problem)
        /// A request outside this machine (a report) met a 401.
        case unauthorised(Problem)
        case tokensCompared(changed: Bool)
        case timer(Timer)
    }

    enum Step: Sendable, Hashable {
        case authenticate, property
        case socket(Int)
    }

    enum Timer: Sendable, Hashable, CaseIterable {
        /// Try the connection again.
        case retry
        /// The socket has stayed open for a while: the next loss is a new story.
        case settled
        /// Ask for active commands although the socket is silent.
        case net
        /// Make the socket anew, for devices that were added since.
        case freshSocket
        case intake
        case tokenCheck
        case refusedRetry
    }

    enum Action: Sendable, Hashable {
        /// Read the tokens; in the model of 2015 sign in, unless a session is held and `anew` is false.
        case authenticate(anew: Bool)
        case readProperty
        case openSocket(Int)
        case closeSocket
        case take(IntakeQueue.Step)
        case compareTokens
        case set(Timer, Duration)
        case clear(Timer)
        /// Reports may be delivered: Mews answers again.
        case deliver
    }

    /// How long the socket must stay open before the back-off starts from the beginning.
    static let settling: Duration = .seconds(30)

    private(set) var phase: Phase = .idle
    private(set) var intake = IntakeQueue()
    private let timing: MewsTiming
    /// The model of 2015: signing in throws out whoever signed in before.
    private let exclusive: Bool
    private var attempt = 0
    private var socket = 0
    private var socketIsOpen = false
    private var authenticated = false
    /// Another client took the session over and we took it back once.
    private var hasFought = false

    init(timing: MewsTiming, exclusive: Bool) {
        self.timing = timing
        self.exclusive = exclusive
    }

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
            return begin(anew: false)
        case .authenticated:
            guard phase == .authenticating else { return [] }
            authenticated = true
            phase = .readingProperty
            return [.readProperty]
        case .propertyRead:
            guard phase == .readingProperty else { return [] }
            return [.deliver] + openSocket()
        case .failed(.property, let problem) where phase == .readingProperty:
            switch problem.kind {
            case .unauthorised: return refused(problem)
            // The operation came after the model of 2015, and an integration may lack the right to it: go on without.
            case .refused, .noSuchAddress: return openSocket()
            case .later, .doubtful, .tooMuch: return wait(random, atLeast: problem.wait)
            }
        case .failed(.authenticate, let problem) where phase == .authenticating:
            return problem.isPassing ? wait(random, atLeast: problem.wait) : stop(problem.sentence)
        case .failed(.socket(socket), let problem) where phase == .openingSocket:
            if problem.kind == .unauthorised { return refused(problem) }
            intake.wantCatchUp()
            return wait(random, atLeast: problem.wait) + takeNext()
        case .failed:
            return []
        case .socketOpened(socket):
            guard phase == .openingSocket else { return [.closeSocket] }
            socketIsOpen = true
            phase = .catchingUp
            intake.wantCatchUp()
            return [.set(.settled, Self.settling), .set(.freshSocket, timing.freshSocket), .set(.net, timing.net)] + takeNext()
        case .socketOpened:
            return []
        case .socketClosed(socket, _):
            guard socketIsOpen else { return [] }
            return [.closeSocket] + wait(random, atLeast: nil)
        case .socketClosed:
            return []
        case .hints(let hints):
            intake.want(hints)
            return takeNext()
        case .intakeDone:
            let caughtUp = intake.running == .catchUp && phase == .catchingUp
            intake.done()
            if caughtUp { phase = .connected }
            return (caughtUp ? [.deliver] : []) + takeNext()
        case .intakeFailed(let problem):
            if problem.kind == .unauthorised, authenticated { return refused(problem) }
            guard intake.failed(problem) else { return takeNext() }
            let pause = max(problem.wait ?? .zero, timing.backoff.wait(intake.failures, random: random))
            return [.set(.intake, pause)]
        case .unauthorised(let problem):
            return authenticated ? refused(problem) : []
        case .timer(.intake):
            intake.rested()
            return takeNext()
        case .timer(.settled):
            attempt = 0
            return []
        case .timer(.net):
            intake.wantCatchUp()
            return [.set(.net, timing.net)] + takeNext()
        case .timer(.freshSocket):
            hasFought = false
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
        return closing + [.clear(.retry), .clear(.settled), .clear(.freshSocket), .clear(.net), .authenticate(anew: anew)]
    }

    private mutating func openSocket() -> [Action] {
        phase = .openingSocket
        socket += 1
        return [.openSocket(socket)]
    }

    private mutating func takeNext() -> [Action] {
        guard authenticated, let step = intake.next() else { return [] }
        return [.take(step)]
    }

    private mutating func wait(_ random: Double, atLeast asked: Duration?) -> [Action] {
        socketIsOpen = false
        phase = .waiting
        attempt += 1
        let pause = max(asked ?? .zero, timing.backoff.wait(attempt, random: random))
        return [.clear(.settled), .clear(.freshSocket), .clear(.net), .set(.retry, pause)]
    }

    // MARK: Refused tokens

    private mutating func refused(_ problem: Problem) -> [Action] {
        guard exclusive else { return stop(problem.sentence) }
        if !hasFought {
            hasFought = true
            authenticated = false
            intake.clear()
            return begin(anew: true)
        }
        return stop(
            "Another client keeps signing in to Mews with the same connector token: let only one bridge use it, then restart this one",
            retry: false)
    }

    private mutating func stop(_ reason: String, retry: Bool = true) -> [Action] {
        phase = .stopped(reason)
        let closing: [Action] = socketIsOpen ? [.closeSocket] : []
        socketIsOpen = false
        authenticated = false
        intake.clear()
        return closing + Timer.allCases.map { .clear($0) } + [.set(.tokenCheck, timing.tokenCheck)]
            + (retry ? [.set(.refusedRetry, timing.refusedRetry)] : [])
    }

    /// Nothing goes out. Only new tokens, or a long time, start it again.
    private mutating func whileStopped(_ event: Event) -> [Action] {
        switch event {
        case .timer(.tokenCheck):
            return [.compareTokens]
        case .tokensCompared(changed: false):
            return [.set(.tokenCheck, timing.tokenCheck)]
        case .tokensCompared(changed: true), .timer(.refusedRetry):
            hasFought = false
            attempt = 0
            return [.clear(.tokenCheck), .clear(.refusedRetry)] + begin(anew: true)
        case .socketOpened:
            return [.closeSocket]
        case .intakeDone, .intakeFailed:
            // It was on its way when the tokens were refused.
            intake.done()
            return []
        default:
            return []
        }
    }
}
