// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOHTTP1

/// An answer before it becomes HTTP.
struct Response: Sendable, Equatable {
    var status: Int
    /// Beyond those that every answer has.
    var headers: [(name: String, value: String)] = []
    var contentType: String?
    var body = Data()
    /// Names the request in the header `Request-Id` and in an error's body.
    let requestId: String

    static func == (left: Response, right: Response) -> Bool {
        left.status == right.status && left.headers.elementsEqual(right.headers, by: ==) && left.contentType == right.contentType
            && left.body == right.body && left.requestId == right.requestId
    }

    static func json(_ value: JSONValue, status: Int = 200, requestId: String) -> Response {
        Response(status: status, contentType: "application/json; charset=utf-8", body: value.encoded, requestId: requestId)
    }

    /// The error body of the API.
    static func refusal(_ refusal: ApiRefusal, requestId: String) -> Response {
        var response = json(
            ["Message": .string(refusal.message), "RequestId": .string(requestId), "Details": nil], status: refusal.status,
            requestId: requestId)
        if let seconds = refusal.retryAfter { response.headers.append(("Retry-After", seconds)) }
        return response
    }

    static func text(_ text: String, type: String = "text/plain; charset=utf-8", requestId: String) -> Response {
        Response(status: 200, contentType: type, body: Data(text.utf8), requestId: requestId)
    }

    /// What something between the hotel and its client says in its place.
    static func page(_ page: RequestFault.Page, requestId: String) -> Response {
        var response = Response(status: page.status, contentType: page.contentType, body: Data(page.body.utf8), requestId: requestId)
        // These have no body by HTTP's own rules.
        if page.status == 204 || page.status == 304 { response.body = Data() }
        if let retryAfter = page.retryAfter { response.headers.append(("Retry-After", retryAfter)) }
        if (300...399).contains(page.status) { response.headers.append(("Location", "http://login.example/")) }
        return response
    }

    /// The same, compressed.
    func gzipped() -> Response {
        var response = self
        response.body = GzipText.packed(body)
        response.headers.append(("Content-Encoding", "gzip"))
        return response
    }

    /// Sends a browser elsewhere after a form.
    static func seeOther(_ path: String, requestId: String) -> Response {
        Response(status: 303, headers: [("Location", path)], requestId: requestId)
    }

    /// Status line and headers.
    func head(keepAlive: Bool) -> HTTPResponseHead {
        var fields = HTTPHeaders(headers.map { ($0.name, $0.value) })
        fields.add(name: "Request-Id", value: requestId)
        fields.add(name: "Content-Length", value: String(body.count))
        if let contentType { fields.add(name: "Content-Type", value: contentType) }
        if !keepAlive { fields.add(name: "Connection", value: "close") }
        return HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: fields)
    }

    /// In the shape of a W3C trace id.
    static func newRequestId() -> String {
        let digits = UUID().uuidString.replacing("-", with: "").lowercased()
        return "00-\(digits)-\(digits.prefix(16))-00"
    }
}
