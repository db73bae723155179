// SPDX-License-Identifier: Apache-2.0

/// What the machine hears and what it says.
extension ConnectionMachine {
    enum Event: Sendable, Hashable {
        case start
        case authenticated(MewsForm)
        case propertyRead
        case socketOpened(Int)
        case socketClosed(Int, String)
        /// A step towards the connection did not succeed.
        case failed(Step, MewsProblem)
        case hints([CommandHint])
        /// Mews spoke of these and does not list them yet.
        case missing([CommandHint])
        case intakeDone
        case intakeFailed(MewsProblem)
        /// A request outside this machine (a report) met a 401.
        case unauthorised(MewsProblem)
        case tokensCompared(changed: Bool)
        case timer(Timer)
    }

    enum Step: Sendable, Hashable {
        /// The token files cannot be read.
        case tokens
        case authenticate, property
        case socket(Int)
    }

    enum Timer: Sendable, Hashable, CaseIterable {
        /// Try the connection again.
        case retry
        /// The connection has held for a while: the next loss is a new story.
        case settled
        /// Ask for active commands.
        case net
        /// Make the socket anew, for devices that were added since.
        case freshSocket
        case intake
        /// Ask again for commands that were spoken of and not listed.
        case missing
        case tokenCheck
        case refusedRetry
    }

    enum Action: Sendable, Hashable {
        /// Read the tokens; in the form of 2015 sign in, unless a session is held and `anew` is false.
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
}
