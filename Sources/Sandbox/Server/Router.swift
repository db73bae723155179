// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A whole request, as it came off the wire.
struct Request: Sendable {
    var method: String
    /// With the query, as sent.
    var uri: String
    /// Header values by lower-case name, in the order sent.
    var headers: [String: [String]] = [:]
    var body = Data()
    /// Whether the peer is on this machine.
    var isLocal: Bool

    var path: Substring { uri.prefix { $0 != "?" } }

    func header(_ name: String) -> String? { headers[name]?.first }
}

/// Where a request goes: to an operation of the API or to the control side; sockets are let in before (`ConnectionSetup`).
struct Router: Sendable {
    let state: SandboxState
    let control: ControlRoutes

    /// Nil: the connection is to be closed without an answer.
    func answer(_ request: Request) async -> Response? {
        guard var response = await answerWithoutDate(request) else { return nil }
        response.headers.append(("Date", UtcTime.header(await state.time)))
        return response
    }

    private func answerWithoutDate(_ request: Request) async -> Response? {
        let requestId = Response.newRequestId()
        if let operation = ConnectorOperation(path: request.path) {
            return await answer(operation, request, requestId)
        }
        if request.path == "/sandbox" || request.path.hasPrefix("/sandbox/") || request.path == "/" {
            return await control.answer(request, requestId: requestId)
        }
        guard await !state.faults.away else { return nil }
        if request.path == "/ws/connector" {
            return .refusal(ApiRefusal(status: 426, message: "Only a WebSocket can be opened here."), requestId: requestId)
        }
        return .refusal(ApiRefusal(status: 404, message: "There is nothing at this address."), requestId: requestId)
    }

    private func answer(_ operation: ConnectorOperation, _ request: Request, _ requestId: String) async -> Response? {
        guard request.method == "POST" else {
            guard await !state.faults.away else { return nil }
            var response = Response.refusal(ApiRefusal(status: 405, message: "Only POST is understood here."), requestId: requestId)
            response.headers.append(("Allow", "POST"))
            return response
        }
        let fate = await state.fate(of: operation, body: request.body)
        switch fate {
        case .hangUp:
            await state.noteFault(operation, status: nil)
            return nil
        case .status(let status, let retryAfter):
            await state.noteFault(operation, status: status)
            let refusal = ApiRefusal(status: status, message: "The sandbox was told to answer \(status).", retryAfter: retryAfter)
            return .refusal(refusal, requestId: requestId)
        case .delay(let duration):
            // Cancelled only when the whole server stops; then there is nobody to answer.
            guard (try? await Task.sleep(for: duration)) != nil else { return nil }
        case .page(let page) where !page.isCarriedOut:
            await state.noteFault(operation, status: page.status)
            return .page(page, requestId: requestId)
        case .page, .gzip, .swallow, nil: break
        }
        let result = await state.handle(operation, body: request.body)
        if fate == .swallow {
            await state.noteSwallowed(operation)
            return nil
        }
        if case .page(let page) = fate { return .page(page, requestId: requestId) }
        let response: Response =
            switch result {
            case .success(let body): .json(body, requestId: requestId)
            case .failure(let refusal): .refusal(refusal, requestId: requestId)
            }
        return fate == .gzip ? response.gzipped() : response
    }
}
