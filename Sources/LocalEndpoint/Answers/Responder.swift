// SPDX-License-Identifier: Apache-2.0
import AccessCore
import BridgeCore
import DeskPage
import EncoderModel
import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// From a request to its answer: the guards in their order, then the route. Knows nothing of sockets but the channel's clock and close.
final class Responder: Sendable {
    let desk: any JobDesk
    let status: @Sendable () async -> BridgeStatusDocument
    /// `nil`: there is no desk page.
    let book: DeskBook?
    /// The hotel's.
    var words: Words { book?.words ?? .english }
    let tokenGuard: Mutex<TokenGuard>
    let originGuard: OriginGuard
    /// How long an order may take to be kept by the journal.
    let keeping: Duration
    let metrics: @Sendable () async -> String
    /// Grants and locks, where the site has any.
    let access: AccessService?
    /// Tells this run's events from those of an earlier one.
    let run: String
    let streams = OpenAnswers(limit: Capacity.ofThisProcess.eventStreams, patience: .seconds(RequestLimits.eventTime))
    let waits = OpenAnswers(limit: Capacity.ofThisProcess.connections)
    private let brake = Mutex(FailureBrake())
    private let budget = Mutex(WriteBudget())
    let logger: Logger

    init(
        desk: any JobDesk, access: AccessService? = nil, status: @escaping @Sendable () async -> BridgeStatusDocument,
        metrics: @escaping @Sendable () async -> String, book: DeskBook?, tokens: [EndpointToken]?, originGuard: OriginGuard,
        keeping: Duration, run: String, logger: Logger
    ) {
        self.desk = desk
        self.access = access
        self.status = status
        self.book = book
        tokenGuard = Mutex(TokenGuard(tokens: tokens))
        self.originGuard = originGuard
        self.keeping = keeping
        self.metrics = metrics
        self.run = run
        self.logger = logger
    }

    /// Reads the rest of the request, answers, and leaves the connection fit for the next request or closed.
    @concurrent func respond(to request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let path = String((request.head.path ?? "/").prefix(256).prefix { $0 != "?" })
        var response: Response
        do {
            let route = route(of: request.head)
            let body: Data
            if case .success(.events) = route, !request.announcesBody {
                body = Data()
            } else {
                if request.head.headerFields.values(of: "Expect").contains("100-continue") {
                    try await writer.writeInformationalHead(HTTPResponse(status: .continue))
                }
                body = try await collectBody(of: request, channel)
            }
            response = try await answer(try route.get(), request, body, channel)
        } catch let problem as Problem {
            response = Reply.problem(problem, path: path, words: words)
        } catch let fault as JournalFault {
            logger.error("the journal failed a request: \(fault.description)")
            response = Reply.problem(.journal(fault), path: path, words: words)
        } catch let error as ChannelError {
            throw error
        } catch {
            logger.error("a request failed: \(type(of: error))")
            response = Reply.problem(.internalError, path: path, words: words)
        }
        if request.method == .head { response = response.createHeadResponse() }
        let closes = response.headers[.connection] == "close"
        try await writer.write(response: response.head, body: response.body)
        // What still arrives is read and thrown away for a second: closed at once, the answer could be lost with it.
        if closes { channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) } }
    }

    /// The guards that need no body. Which route it is, is thrown only after the body has been read, so that a refusal does not cost
    /// the connection.
    private func route(of head: HTTPRequest) -> Result<Route, Problem> {
        if let problem = originGuard.objection(to: head) { return .failure(problem) }
        switch Route.find(head.method, head.path ?? "") {
        case .nothingThere: return .failure(.notFound)
        case .otherMethods(let allowed): return .failure(.methodNotAllowed(allowed: allowed))
        case .route(let route): return .success(route)
        }
    }

    private func collectBody(of request: Request, _ channel: any Channel) async throws -> Data {
        guard request.announcesBody else { return Data() }
        var tooLarge = Problem.tooLarge
        tooLarge.closesConnection = true
        if let length = request.headers[.contentLength], (Int(length) ?? .max) > RequestLimits.body { throw tooLarge }
        let alarm = channel.eventLoop.scheduleTask(in: .seconds(RequestLimits.bodyTime)) { channel.close(promise: nil) }
        defer { alarm.cancel() }
        do {
            let buffer = try await request.body.collect(upTo: RequestLimits.body)
            return Data(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        } catch is HTTPParserError {
            var problem = Problem.malformedRequest("The body does not follow HTTP: check length and chunks.")
            problem.closesConnection = true
            throw problem
        }
    }

    private func answer(_ route: Route, _ request: Request, _ body: Data, _ channel: any Channel) async throws -> Response {
        let (client, encoders) = try admit(request.head, to: route)
        if let encoders { try await check(encoders, of: client, for: route, body) }
        switch route {
        case .specification:
            return Reply.asset(Self.specification, type: "application/yaml")
        case .health:
            return try Reply.json(["status": "serving"])
        case .status:
            return try Reply.json(await status())
        case .metrics:
            return Reply.metrics(await metrics())
        case .encoders:
            return try Reply.json(["encoders": await desk.encoders()])
        case .encoder(let name):
            guard let encoder = await desk.encoder(name) else { throw Problem.unknownEncoder }
            return try Reply.json(encoder)
        case .frames(let name):
            guard let frames = await desk.frames(of: name) else { throw Problem.unknownEncoder }
            return try Reply.json(["frames": frames])
        case .orderKeys(let name):
            if let problem = ContentGuard.objection(to: request.head) { throw problem }
            return try await orderKeys(on: name, body, request.head, client: client)
        case .errand(let errand, let name):
            try ErrandBody.check(body, of: errand, request.head)
            return try await perform(errand, on: name, client: client)
        case .notice(let kind, let name):
            if let problem = ContentGuard.objection(to: request.head) { throw problem }
            return try await tell(try NoticeBody.read(body, kind), to: name, client: client)
        case .testCard(let name):
            try ErrandBody.checkNone(body, for: "test-card", request.head)
            return try await testCard(on: name, client: client)
        case .job(let id):
            guard let job = try await desk.job(id) else { throw Problem.unknownJob }
            return try Reply.json(JobDocument(job))
        case .jobs:
            return try await jobs(try JobQuery(target: request.head.path ?? ""))
        case .trail(let id):
            guard let job = try await desk.job(id) else { throw Problem.unknownJob }
            return try Reply.json(["trail": try await desk.trail(of: job.id)])
        case .cancel(let id):
            return try await cancel(id, client: client)
        case .page, .script, .style, .board, .technician, .orderByHand, .card:
            guard let book else { throw Problem.notFound }
            return try await answer(route, book, request, body, client)
        case .locks: return try await locks()
        case .grants: return try await grants(request.head)
        case .retryGrant(let id): return try await retry(id, client: client)
        case .accessLog: return try await accessLog()
        case .events:
            guard !request.announcesBody else { throw Problem.malformedRequest("A request for events has no body: leave it out.") }
            return try await eventStream(request, channel)
        }
    }

    /// OpenAPI, as served.
    static var specification: [UInt8] { PackageResources.openapi_yaml }

    /// The desk page and what belongs to it.
    private func answer(_ route: Route, _ book: DeskBook, _ request: Request, _ body: Data, _ client: String) async throws -> Response {
        switch route {
        case .script: return Reply.asset(DeskPage.script, type: "text/javascript; charset=utf-8")
        case .style: return Reply.asset(DeskPage.style, type: "text/css; charset=utf-8")
        case .board: return try await board(book)
        case .technician: return try await technician(book)
        case .orderByHand:
            if let problem = ContentGuard.objection(to: request.head) { throw problem }
            return try await orderByHand(book, body, request.head, client: client)
        case .card(let name): return try await card(on: name, book, client: client)
        default: return await shell(book)
        }
    }

    /// A token that is bound to encoders does nothing elsewhere.
    private func check(_ encoders: Set<EncoderName>, of client: String, for route: Route, _ body: Data) async throws {
        guard route.scope == .write else { return }
        let encoder: EncoderName? =
            switch route {
            case .cancel(let id): try await desk.job(id)?.encoder
            case .orderByHand: try HandOrder.read(body).encoder
            default: route.encoder
            }
        guard let encoder else {
            // A job that is not there is said by who looks for it.
            if case .cancel = route { return }
            throw Problem.otherEncoder(client)
        }
        guard encoders.contains(encoder) else { throw Problem.otherEncoder(client) }
    }

    /// - Returns: the client's name, or an empty text where no token was asked for, and the encoders its token is bound to.
    private func admit(_ head: HTTPRequest, to route: Route) throws(Problem) -> (client: String, encoders: Set<EncoderName>?) {
        switch tokenGuard.withLock({ $0 }).verdict(on: head, for: route.scope) {
        case .admitted(let client, let encoders):
            if route.scope == .write, let seconds = budget.withLock({ $0.spend(client ?? "", at: .now) }) {
                throw .tooManyChanges(seconds: seconds)
            }
            return (client ?? "", encoders)
        case .refused(let problem): throw problem
        case .unknownToken:
            let (pause, isNews) = brake.withLock { brake in
                let wasPausing = brake.isPausing(at: .now)
                return (brake.failed(at: .now), !wasPausing)
            }
            guard let pause else { throw .unknownToken }
            if isNews { logger.notice("unknown tokens come in: the next is heard in \(pause) s") }
            throw .tooManyTries(seconds: pause)
        }
    }
}

extension Request {
    fileprivate var announcesBody: Bool {
        headers.contains(.transferEncoding) || headers[values: .contentLength].contains { $0 != "0" }
    }
}
