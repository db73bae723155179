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
        } catch {
            let sentence = "The tokens for Mews cannot be read (\(error)): check the token files of connector.mews"
            return post(.failed(.authenticate, Problem(kind: .unauthorised, sentence: Notes.plain(sentence))))
        }
        let isNew = tokens != tokensInUse
        tokensInUse = tokens
        switch tokens {
        case .pair(let clientToken, let accessToken):
            credentials = Credentials(clientToken: clientToken, accessToken: accessToken, client: configuration.client)
            post(.authenticated)
        case .connector(let token):
            // Signing in ends the session of whoever signed in before, so a session that is held is kept.
            if credentials != nil, !anew, !isNew { return post(.authenticated) }
            credentials = nil
            switch await call(.signIn, .signIn(connectorToken: token), as: SignInAnswer.self) {
            case .success(let answer):
                credentials = Credentials(clientToken: nil, accessToken: answer.accessToken, client: nil)
                post(.authenticated)
            case .failure(let problem):
                post(.failed(.authenticate, problem))
            }
        }
    }

    /// Time zone, name, and how far the clocks are apart.
    func readProperty() async {
        guard let credentials else { return post(.failed(.property, .signedOut)) }
        let sent = time.now()
        switch await call(.configuration, .plain(credentials), as: PropertyAnswer.self) {
        case .success(let answer):
            board.property = answer.name.map { Notes.plain($0, upTo: 100) } ?? board.property
            if let theirs = answer.now { learn(skew: ClockSkew.measure(theirs: theirs, sent: sent, received: time.now())) }
            if let zone = answer.timeZone { await learn(timeZone: zone) }
            post(.propertyRead)
        case .failure(let problem):
            post(.failed(.property, problem))
        }
    }

    private func learn(skew measured: TimeInterval) {
        let wasWrong = abs(skew ?? 0) > ClockSkew.worthWarning
        skew = measured
        board.clockSkew = (measured * 10).rounded() / 10
        if abs(measured) > ClockSkew.worthWarning, !wasWrong {
            trouble("This machine's clock is \(Int(abs(measured))) s \(measured > 0 ? "behind" : "ahead of") Mews: set it with NTP")
        }
    }

    private func learn(timeZone: String) async {
        guard TimeZone(identifier: timeZone) != nil else {
            return trouble(
                "Mews names a time zone that this machine does not know (\(Notes.plain(timeZone, upTo: 60))): set property.timeZone")
        }
        board.timeZone = timeZone
        await desk.learnedTimeZone(timeZone)
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
        for await news in socket.news {
            switch news {
            case .message(let data): read(message: data)
            case .closed(let reason): post(.socketClosed(number, reason))
            }
        }
        // A stream that overflowed ends without its last word.
        post(.socketClosed(number, "more messages came than could be read"))
    }

    private func read(message: Data) {
        guard let message = try? JSONDecoder().decode(SocketMessage.self, from: message) else {
            return trouble(
                "Mews sent a socket message that cannot be read: it is ignored, active commands are read every few minutes anyway")
        }
        if !message.hints.isEmpty { post(.hints(message.hints)) }
    }

    private func problem(_ fault: SocketFault) -> Problem {
        switch fault {
        case .rejected(let status, _) where status == 401 || status == 403:
            Problem(
                kind: .unauthorised,
                sentence: "Mews refuses the socket, status \(status): check the token files, and in Mews that the integration is enabled")
        case .rejected(let status, let retryAfter):
            Problem(
                kind: .later(RetryAfter.parse(retryAfter, now: time.now())),
                sentence: "Mews does not open a socket, status \(status): check connector.mews.webSocket; commands are fetched meanwhile")
        case .failed(let reason):
            Problem(kind: .later(nil), sentence: "The socket to Mews cannot be opened (\(reason)): the bridge tries again")
        }
    }
}

extension Problem {
    /// The session ended between two steps.
    static let signedOut = Problem(kind: .later(nil), sentence: "The session with Mews has ended: the bridge signs in again")
}
