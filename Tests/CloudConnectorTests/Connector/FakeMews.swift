// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Synchronization
import TestKit

@testable import CloudConnector

/// Mews as far as the connector sees it: commands with states, a socket, and faults on demand.
final class FakeMews: MewsTransport {
    enum Reply: Sendable {
        case status(Int, retryAfter: String? = nil, message: String = "as the test asked")
        /// Carries the request out, and the answer gets lost.
        case swallow
        /// The request does not arrive.
        case unreachable
        /// Something in between answers; `done`: after Mews has carried the request out.
        case page(Int, type: String? = "text/html", body: String = "<html>log in</html>", done: Bool = false)
    }
    struct Update: Sendable, Hashable {
        var id: String
        var state: String
        var notes: String?
    }
    struct State {
        var commands: [(id: String, state: String, json: String)] = []
        var validToken = "AT"
        var isAway = false
        var socketFault: SocketFault?
        var replies: [MewsOperation: [Reply]] = [:]
        /// Commands whose updates end in a fault of Mews' own.
        var sick: Set<String> = []
        /// Commands that Mews cannot give without a fault of its own.
        var unreadable: Set<String> = []
        /// Commands whose updates Mews refuses, with this status.
        var refused: [String: Int] = [:]
        /// Commands that are not listed yet.
        var hidden: Set<String> = []
        /// Only the operations of 2015 are there.
        var isOf2015 = false
        var sent: [Duration] = []
        var limit: Int?
        var calls: [MewsOperation] = []
        var asked: [[String]] = []
        var updates: [Update] = []
        var signIns = 0
        var timeZone: String? = "Europe/Budapest"
        var clockAhead: TimeInterval = 0
        var feed: AsyncStream<SocketNews>.Continuation?
        var sockets = 0
        var cookies: [String] = []
        var isShutDown = false
    }

    let state = Mutex(State())
    private let time: VirtualTime

    init(_ time: VirtualTime) { self.time = time }

    func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value { state.withLock { body(&$0) } }
    var updates: [Update] { change(\.updates) }
    var sockets: Int { change(\.sockets) }
    func count(_ operation: MewsOperation) -> Int { change { $0.calls.count { $0 == operation } } }
    func stateOf(_ id: String) -> String? { change { $0.commands.first { $0.id == id }?.state } }

    /// A clerk orders a key.
    func add(_ id: String, cutter: String = "front-desk", created: Date? = nil, device: String = "KeyCutter", data: String? = nil) {
        let made = UTCText.text(created ?? time.right.addingTimeInterval(change(\.clockAhead)))
        let data =
            data ?? """
                {"KeyCutterId":"\(cutter)","KeyCount":1,"LockIds":["101"],"StartUtc":"2026-03-28T14:00:00Z","EndUtc":"2026-03-30T10:00:00Z","LastName":"Guest"}
                """
        let json = #""Id":"\#(id)","CreatedUtc":"\#(made)","Device":{"Id":"d","Type":"\#(device)","Name":"n"},"Data":\#(data)"#
        change { $0.commands.append((id, "Pending", json)) }
    }

    func set(_ id: String, _ state: String) {
        change { mews in
            for index in mews.commands.indices where mews.commands[index].id == id { mews.commands[index].state = state }
        }
    }

    func event(_ id: String, _ state: String) {
        send(#"{"Events":[{"Type":"Novelty","Id":"n"},{"Type":"DeviceCommand","Id":"\#(id)","State":"\#(state)"}]}"#)
    }

    func send(_ text: String) { _ = change { $0.feed?.yield(.message(Data(text.utf8))) } }

    func dropSocket() {
        change { mews in
            mews.feed?.yield(.closed("the connection was lost"))
            mews.feed?.finish()
            mews.feed = nil
        }
    }

    // MARK: The transport

    func post(_ operation: MewsOperation, body: Data, within limit: Duration) async throws(TransportFault) -> Answer {
        time.touch()
        let (answer, fault): (Answer?, TransportFault?) = change { mews in
            mews.calls.append(operation)
            mews.sent.append(time.uptime)
            if mews.isAway { return (nil, TransportFault(mayHaveArrived: false, reason: "connection refused")) }
            var reply: Reply?
            if mews.replies[operation]?.isEmpty == false { reply = mews.replies[operation]?.removeFirst() }
            switch reply {
            case .unreachable: return (nil, TransportFault(mayHaveArrived: false, reason: "connection refused"))
            case .status(let status, let retryAfter, let message):
                return (Answer(status: status, retryAfter: retryAfter, body: Data(#"{"Message":"\#(message)"}"#.utf8)), nil)
            case .page(let status, let type, let text, let done):
                if done { _ = carryOut(operation, body, &mews) }
                return (Answer(status: status, contentType: type, body: Data(text.utf8)), nil)
            case .swallow:
                _ = carryOut(operation, body, &mews)
                return (nil, TransportFault(mayHaveArrived: true, reason: "the connection was lost"))
            case nil:
                return (carryOut(operation, body, &mews), nil)
            }
        }
        if let fault { throw fault }
        return answer ?? Answer(status: 500)
    }

    private func carryOut(_ operation: MewsOperation, _ body: Data, _ mews: inout State) -> Answer {
        let request = (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
        func json(_ text: String) -> Answer { Answer(status: 200, contentType: "application/json; charset=utf-8", body: Data(text.utf8)) }
        func error(_ status: Int, _ message: String) -> Answer {
            Answer(status: status, contentType: "application/json", body: Data(#"{"Message":"\#(message)","RequestId":null}"#.utf8))
        }
        if mews.isOf2015, operation == .byIDs || operation == .configuration {
            return Answer(status: 404, contentType: "text/html", body: Data("<h1>404</h1>".utf8))
        }
        if operation == .signIn {
            guard request["ConnectorToken"] as? String == "CON" else { return error(401, "Unknown connector.") }
            mews.signIns += 1
            mews.validToken = "S\(mews.signIns)"
            return json(#"{"AccessToken":"\#(mews.validToken)","Enterprise":{"Id":"e","Name":"Hotel"}}"#)
        }
        guard request["AccessToken"] as? String == mews.validToken else { return error(401, "Invalid AccessToken.") }
        let listed = mews.commands.filter { !mews.hidden.contains($0.id) }
        func list(_ commands: [(id: String, state: String, json: String)]) -> Answer {
            json("{\"Commands\":[" + commands.map { "{\($0.json),\"State\":\"\($0.state)\"}" }.joined(separator: ",") + "]}")
        }
        switch operation {
        case .configuration:
            let now = UTCText.text(time.right.addingTimeInterval(mews.clockAhead))
            let zone = mews.timeZone.map { "\"\($0)\"" } ?? "null"
            return json(#"{"NowUtc":"\#(now)","Enterprise":{"Name":"Hotel","TimeZoneIdentifier":\#(zone)}}"#)
        case .allActive:
            return list(listed.filter { $0.state == "Pending" || $0.state == "Received" })
        case .byIDs:
            let ids = request["CommandIds"] as? [String] ?? []
            mews.asked.append(ids)
            guard mews.unreadable.isDisjoint(with: ids) else { return error(500, "It went wrong.") }
            return list(listed.filter { ids.contains($0.id) })
        case .update:
            guard let id = request["CommandId"] as? String, let state = request["State"] as? String,
                let index = mews.commands.firstIndex(where: { $0.id == id })
            else { return error(400, "Invalid CommandId.") }
            if let status = mews.refused[id] { return error(status, "Not in this state.") }
            guard !mews.sick.contains(id) else { return error(500, "It went wrong.") }
            guard !["Processed", "Cancelled", "Error"].contains(mews.commands[index].state) else {
                return error(403, "The command is closed.")
            }
            mews.commands[index].state = state
            mews.updates.append(Update(id: id, state: state, notes: request["Notes"] as? String))
            return json("{}")
        case .signIn, .reservations, .resources, .accessTokens, .addAccessTokens, .updateAccessTokens, .deleteAccessTokens:
            // Sign-in is answered above; the others are for access, which is tested against the sandbox.
            return Answer(status: 500)
        }
    }

    func openSocket(cookie: String) async throws(SocketFault) -> any MewsSocket {
        let (news, feed) = AsyncStream<SocketNews>.makeStream()
        let fault: SocketFault? = change { mews in
            mews.cookies.append(cookie)
            if mews.isAway { return .failed("connection refused") }
            if let fault = mews.socketFault { return fault }
            mews.sockets += 1
            mews.feed = feed
            return nil
        }
        if let fault { throw fault }
        return Socket(news: news, feed: feed)
    }

    func shutdown() async { change { $0.isShutDown = true } }

    private struct Socket: MewsSocket {
        let news: AsyncStream<SocketNews>
        let feed: AsyncStream<SocketNews>.Continuation
        func close() {
            feed.yield(.closed("closed by us"))
            feed.finish()
        }
    }
}
