// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import EncoderModel
import Foundation
import Glibc
import LocalEndpoint
import NIOCore
import NIOFoundationCompat
import NIOFoundationEssentialsCompat
import NIOHTTP1
import NIOSSL
import SiteConfiguration

/// The running bridge as the commands ask it: over its own endpoint, with a token of the site where there is a tokens file.
package struct BridgeClient: Sendable {
    /// Why there is no answer to work with.
    package enum Failure: Error {
        /// Nobody listens there.
        case unreachable
        /// It answers, but not to this user or not to this question. Of a fault `detail` is what a clerk does, `fault` why.
        case refused(status: Int, detail: String, fault: String? = nil)
        /// Another user's program listens there: it got no token and no question.
        case stranger(String)
    }

    package let address: ListenAddress
    private let tokensFile: String?
    private let isEncrypted: Bool

    package init(_ endpoint: EndpointConfiguration) {
        address = endpoint.listen.near
        tokensFile = endpoint.tokensFile
        isEncrypted = endpoint.tls != nil
    }

    package func status() async throws -> (document: BridgeStatusDocument, json: Data) {
        let json = try await ask("GET", "/v1/status", within: .seconds(15))
        return (try JSONText.decode(BridgeStatusDocument.self, from: json), json)
    }

    /// An encoder by its name; one that is not there is refused with those that are.
    package func encoder(named name: String) async throws -> EncoderStatus {
        let encoders = try await status().document.encoders
        if let found = encoders.first(where: { $0.name.text == name }) { return found }
        let names = encoders.map(\.name.text).joined(separator: ", ")
        let there = names.isEmpty ? "it has none yet, see `encoder-bridge probe`" : "it has \(names)"
        throw Failure.refused(status: 404, detail: wrapped("the bridge has no encoder '\(name)': \(there)", indent: 0))
    }

    /// What went over the line to an encoder last, the oldest first.
    package func frames(of encoder: EncoderName) async throws -> [LineFrame] {
        let json = try await ask("GET", "\(Self.path(encoder))/frames", within: .seconds(5))
        return try JSONText.decode([String: [LineFrame]].self, from: json)["frames"] ?? []
    }

    /// Something to be done now, between two jobs: `read`, `erase`, `reset`, `self-test`.
    package func perform(_ errand: Errand, on encoder: EncoderName, within limit: Duration) async throws -> ErrandOutcome {
        let body = errand == .erase ? #"{"confirm":"erase"}"# : "{}"
        let json = try await ask("POST", "\(Self.path(encoder))/\(errand.rawValue)", body: body, within: limit)
        return try JSONText.decode(ErrandOutcome.self, from: json)
    }

    /// Gives the bridge an order; it is durable when this returns.
    package func order(_ order: KeyOrder, on encoder: EncoderName) async throws -> JobDocument {
        let json = try await ask("POST", "\(Self.path(encoder))/jobs", body: try JSONText.encode(order), within: .seconds(10))
        return try JSONText.decode(JobDocument.self, from: json)
    }

    package func job(_ id: JobID) async throws -> JobDocument {
        try JSONText.decode(JobDocument.self, from: try await ask("GET", "/v1/jobs/\(id)", within: .seconds(10)))
    }

    /// Whose card is on the encoder.
    package func card(on encoder: EncoderName, within limit: Duration) async throws -> (answer: CardAnswer, json: Data) {
        let json = try await ask("POST", "\(Self.path(encoder))/card", body: "{}", within: limit)
        return (try JSONText.decode(CardAnswer.self, from: json), json)
    }

    /// Locks and grants, as the endpoint shows them.
    package func access(reservation: String?, room: String?, withCodes: Bool) async throws -> (locks: Data, grants: Data) {
        let parts = [("reservation", reservation), ("room", room)].compactMap { name, value in
            value.map { "\(name)=\($0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? $0)" }
        }
        let query = parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
        let locks = try await ask("GET", "/v1/locks", within: .seconds(5))
        return (locks, try await ask("GET", "/v1/access/grants\(query)", within: .seconds(5), asWriter: withCodes))
    }

    package func retryGrant(_ id: String) async throws {
        let name = id.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? id
        _ = try await ask("POST", "/v1/access/grants/\(name)/retry", within: .seconds(5))
    }

    /// What lets the commands in again; `nil` where a token has nothing to do with it.
    package func admission(after status: Int) -> String? {
        guard [401, 403].contains(status), let tokensFile else { return nil }
        let (own, next) = (TokensPlace.ofCommands(tokensFile), TokensPlace.nextStep(tokensFile))
        if Self.token(tokensFile, forWriting: true) != nil {
            return status == 401 ? "the bridge has not taken this machine's tokens yet: run `\(next)`" : nil
        }
        guard Glibc.access(own, F_OK) != 0, errno == ENOENT else { return "the commands' token \(own) is root's: run this with sudo" }
        return "the commands have no token: `sudo encoder-bridge token add NAME --scope read` makes theirs beside the new one, "
            + "then run `\(next)`"
    }

    static func path(_ encoder: EncoderName) -> String {
        "/v1/encoders/\(encoder.text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? encoder.text)"
    }

    /// Events as they come, until the bridge or the task ends. The first call of `body` says that the stream is open.
    package func events(_ body: (String) -> Void) async throws {
        let request = try request("GET", "/v1/events")
        try await HTTPClient.withHTTPClient(configuration: Self.impatient) { client in
            let response = try await client.execute(request, deadline: .distantFuture)
            guard response.status == .ok else { throw Failure.refused(status: Int(response.status.code), detail: "") }
            var kept: [UInt8] = []
            for try await piece in response.body {
                kept += piece.readableBytesView
                guard kept.count < 1 << 20 else { throw Failure.refused(status: 200, detail: "an event without end") }
                while let end = kept.firstIndex(of: 10) {
                    body(String(decoding: kept[..<end], as: UTF8.self))
                    kept.removeSubrange(...end)
                }
            }
        }
    }

    func ask(
        _ method: String, _ path: String, body: String? = nil, within limit: Duration, asWriter: Bool = false
    ) async throws -> Data {
        let request = try request(method, path, body: body, asWriter: asWriter)
        let seconds = limit.components.seconds
        do {
            let (status, data) = try await HTTPClient.withHTTPClient(configuration: Self.impatient) { client in
                let response = try await client.execute(request, timeout: .seconds(seconds))
                return (response.status, Data(buffer: try await response.body.collect(upTo: 4 << 20)))
            }
            guard (200..<300).contains(status.code) else {
                throw Self.refusal(Int(status.code), data)
            }
            return data
        } catch let failure as Failure {
            throw failure
        } catch is DecodingError {
            throw Failure.refused(status: 200, detail: "the answer is of another version")
        } catch {
            throw Failure.unreachable
        }
    }

    /// What a problem document says.
    static func refusal(_ status: Int, _ body: Data) -> Failure {
        let problem = try? JSONDecoder().decode(ProblemText.self, from: body)
        return .refused(status: status, detail: problem?.detail ?? "\(status)", fault: problem?.fault?.sentence)
    }

    private struct ProblemText: Decodable {
        struct FaultText: Decodable {
            var code: String
            var reason: String?
            var detail: String?

            /// `rejected: the lock system does not know room 1207 (TD)`; the code alone tells a technician nothing new.
            var sentence: String? {
                guard let why = reason ?? detail else { return nil }
                return "\(code): \(why)" + (reason == nil ? "" : detail.map { " (\($0))" } ?? "")
            }
        }
        var detail: String?
        var fault: FaultText?
    }

    private func request(_ method: String, _ path: String, body: String? = nil, asWriter: Bool = false) throws -> HTTPClientRequest {
        let url =
            switch address {
            case .tcp: "\(isEncrypted ? "https" : "http")://\(address)\(path)"
            case .unix(let socket):
                "http+unix://\(socket.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? socket)\(path)"
            }
        var asked = HTTPClientRequest(url: url)
        asked.method = HTTPMethod(rawValue: method)
        // A socket has no host name of its own, and the bridge answers to its own names only.
        if case .unix = address { asked.headers.add(name: "Host", value: "localhost") }
        // The certificate is not looked at: who listens there is all that is known of the other end. Whoever begins to after this look
        // gets nothing.
        guard let owner = Listener.owner(of: address) else { throw Failure.unreachable }
        guard Listener.isOurs(owner, tokensFile: tokensFile) else { throw Failure.stranger(Listener.name(owner)) }
        if let tokensFile, let secret = Self.token(tokensFile, forWriting: asWriter || method != "GET") {
            asked.headers.add(name: "Authorization", value: "Bearer \(secret)")
        }
        if let body {
            asked.headers.add(name: "Content-Type", value: "application/json")
            asked.body = .bytes(ByteBuffer(string: body))
        }
        return asked
    }

    /// A line is `NAME read|write TOKEN`. For reading a read token is taken where there is one: a write token is shown only to be used.
    private static func token(_ path: String, forWriting: Bool) -> Substring? {
        let lines = ((try? SecretFile.text(of: path)) ?? "").split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        // A mark is no token, and one that is bound to encoders does not do for all commands.
        let tokens = lines.map { $0.split(whereSeparator: \.isWhitespace) }.filter { $0.count == 3 && !$0[2].hasPrefix("sha256:") }
        let wanted = tokens.first { $0[1] == (forWriting ? "write" : "read") }
        if let found = (wanted ?? (forWriting ? nil : tokens.first))?.last { return found }
        return (try? SecretFile.read(TokensPlace.ofCommands(path))).map { Substring($0) }
    }

    /// A bridge that does not run is not waited for.
    private static var impatient: HTTPClient.Configuration {
        var patience = HTTPClient.Configuration()
        patience.connectionPool.retryConnectionEstablishment = false
        // It is this machine's own daemon, and the kernel says so (``Listener``). `status` must work when the certificate has run out, and
        // by an address that is none of its names.
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.certificateVerification = .none
        patience.tlsConfiguration = tls
        return patience
    }
}
