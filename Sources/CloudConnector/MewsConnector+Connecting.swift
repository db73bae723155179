// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Foundation
import Logging

/// The steps to a connection.
extension MewsConnector {
    func authenticate(anew: Bool) async {
        let tokens: MewsTokens
        do {
            tokens = try configuration.tokens()
            tokenTrouble = nil
        } catch {
            let sentence = Notes.plain("The tokens for Mews cannot be read (\(error)): check the token files of connector.mews")
            tokenTrouble = sentence
            // A file that is empty for a moment is no word of Mews: what was good before still is.
            guard !anew, credentials != nil, let tokensInUse else {
                return post(.failed(.tokens, MewsProblem(kind: .later(nil), sentence: sentence)))
            }
            trouble(sentence)
            tokens = tokensInUse
        }
        let isNew = tokens != tokensInUse
        tokensInUse = tokens
        switch tokens {
        case .pair(let clientToken, let accessToken):
            outgoing.canReadBack = MewsForm.tokens.canReadBack
            credentials = Credentials(clientToken: clientToken, accessToken: accessToken, client: configuration.client)
            post(.authenticated(.tokens))
        case .connector(let token):
            outgoing.canReadBack = MewsForm.signIn.canReadBack
            // Signing in ends the session of whoever signed in before, so a session that is held is kept.
            if credentials != nil, !anew, !isNew { return post(.authenticated(.signIn)) }
            credentials = nil
            switch await call(.signIn, .signIn(connectorToken: token), as: SignInAnswer.self) {
            case .success(let answer):
                credentials = Credentials(clientToken: nil, accessToken: answer.accessToken, client: nil)
                board.property = answer.name.map { Notes.plain($0, upTo: 100) } ?? board.property
                zoneIsUnsaid()
                post(.authenticated(.signIn))
            case .failure(let problem):
                post(.failed(.authenticate, problem))
            }
        }
    }

    /// After files that could not be read: whether they can be again, and what they say then.
    func lookAtTheTokens() {
        guard tokenTrouble != nil, let tokens = try? configuration.tokens() else { return }  // The sentence stands as it is.
        tokenTrouble = nil
        if tokens != tokensInUse { post(.timer(.retry)) }
    }

    /// Time zone, name, and Mews' clock.
    func readProperty() async {
        guard let credentials else { return post(.failed(.property, .signedOut)) }
        switch await measured(credentials) {
        case .success(let answer):
            board.property = answer.name.map { Notes.plain($0, upTo: 100) } ?? board.property
            await learn(zone: answer.timeZone)
            warnOfTheClock()
            post(.propertyRead)
        case .failure(let problem):
            // Whoever may not read the property cannot know its zone either.
            if problem.kind != .unauthorised, !problem.isPassing || problem.kind == .noSuchAddress { zoneIsUnsaid() }
            post(.failed(.property, problem))
        }
    }

    /// Asks Mews for its time, because ours was set or an order looks too old.
    func measureClock() async {
        guard let credentials, tokensInUse?.form.hasProperty == true else { return }
        if case .failure(let problem) = await measured(credentials) { trouble(problem.sentence) }
    }

    private func measured(_ credentials: Credentials) async -> Result<PropertyAnswer, MewsProblem> {
        let sent = time.uptime()
        let result = await call(.configuration, .plain(credentials), as: PropertyAnswer.self)
        if case .success(let answer) = result, let theirs = answer.now { clock.heard(theirs, sent: sent, received: time.uptime()) }
        return result
    }

    private func learn(zone named: String?) async {
        zone = PropertyZone(named: named)
        board.timeZone = zone.timeZone?.identifier
        if let timeZone = zone.timeZone { await desk.learnedTimeZone(timeZone.identifier) }
        if let problem = zone.problem(configured: configuration.timeZone) { trouble(problem.sentence) }
    }

    private func zoneIsUnsaid() {
        guard zone == .unasked else { return }
        zone = .unsaid
        if let problem = zone.problem(configured: configuration.timeZone) { trouble(problem.sentence) }
    }

    func openSocket(_ number: Int) async {
        guard let credentials else { return post(.failed(.socket(number), .signedOut)) }
        let socket: any MewsSocket
        do throws(SocketFault) {
            socket = try await transport.openSocket(cookie: credentials.cookie)
        } catch {
            return post(.failed(.socket(number), problem(error)))
        }
        guard !Task.isCancelled, machine.phase == .openingSocket else { return socket.close() }
        self.socket = socket
        post(.socketOpened(number))
        var isClosed = false
        for await news in socket.news {
            switch news {
            case .message(let data): read(message: data)
            case .closed(let reason):
                isClosed = true
                post(.socketClosed(number, reason))
            }
        }
        // A stream that overflowed ends without its last word.
        if !isClosed { post(.socketClosed(number, "more messages came than could be read")) }
    }

    private func read(message: Data) {
        guard let message = try? JSONDecoder().decode(SocketMessage.self, from: message) else {
            return trouble(
                "Mews sent a socket message that cannot be read: it is ignored, active commands are read every few seconds anyway")
        }
        if seenPending.count > IntakeQueue.mostWanted { seenPending = [] }
        for hint in message.hints where hint.state == .pending { seenPending.insert(hint.id) }
        if message.concernsReservations { configuration.onReservation() }
        if !message.hints.isEmpty { post(.hints(message.hints)) }
    }

    private func problem(_ fault: SocketFault) -> MewsProblem {
        let meanwhile = "commands are fetched every \(Int(configuration.timing.poll.seconds)) s meanwhile"
        return switch fault {
        case .rejected(let status, _) where status == 401 || status == 403:
            MewsProblem(
                kind: .later(nil),
                sentence:
                    "The socket to Mews is refused, status \(status), though the tokens are good: look for a proxy in between, and in "
                    + "Mews whether the integration may use WebSockets; \(meanwhile)")
        case .rejected(let status, let retryAfter):
            MewsProblem(
                kind: .later(RetryAfter.parse(retryAfter, now: clock.now(at: time.uptime()) ?? time.now())),
                sentence: "Mews does not open a socket, status \(status): check connector.mews.webSocket; \(meanwhile)")
        case .failed(let reason):
            MewsProblem(
                kind: .later(nil), sentence: "The socket to Mews cannot be opened (\(reason)): the bridge tries again; \(meanwhile)")
        }
    }
}

extension MewsTokens {
    var form: MewsForm {
        switch self {
        case .pair: .tokens
        case .connector: .signIn
        }
    }
}
