// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Answers as they go over the wire. None is kept by a cache or guessed at by a browser.
enum Reply {
    static func json(_ value: some Encodable, _ status: HTTPResponse.Status = .ok, fields: HTTPFields = HTTPFields()) throws -> Response {
        let data = try EndpointJSON.encoder().encode(value)
        return Response(
            status: status, headers: fields.merging(type: "application/json"), body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }

    /// A page or a piece of one. Nothing but our own style and script may work in it, and no other page may frame it.
    static func page(_ html: String) -> Response { asset(Array(html.utf8), type: "text/html; charset=utf-8") }

    static func asset(_ bytes: [UInt8], type: String) -> Response {
        var fields = HTTPFields().merging(type: type)
        fields[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; "
            + "base-uri 'none'; frame-ancestors 'none'"
        fields[.referrerPolicy] = "no-referrer"
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Prometheus' text format.
    static func metrics(_ text: String) -> Response {
        Response(
            status: .ok, headers: HTTPFields().merging(type: "text/plain; version=0.0.4; charset=utf-8"),
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    static func problem(_ problem: Problem, path: String, words: Words = .english) -> Response {
        let (head, body) = problemParts(problem, path: path, words: words)
        return Response(status: head.status, headers: head.headerFields, body: ResponseBody(byteBuffer: body))
    }

    static func problemParts(_ problem: Problem, path: String = "/", words: Words = .english) -> (HTTPResponse, ByteBuffer) {
        var fields = problem.fields.merging(type: "application/problem+json")
        if problem.closesConnection { fields[.connection] = "close" }
        let body: ByteBuffer
        if let data = try? EndpointJSON.encoder().encode(ProblemDocument(problem: problem, path: path, words: words)) {
            body = ByteBuffer(bytes: data)
        } else {
            // Nothing in a problem can fail to encode; should that ever change, the status still tells the client.
            body = ByteBuffer(string: "{\"type\":\"\(problem.type)\",\"status\":\(problem.status.code)}")
        }
        fields[.contentLength] = String(body.readableBytes)
        return (HTTPResponse(status: problem.status, headerFields: fields), body)
    }

    /// The connection goes with its stream: a client that was cut off must not send its next request into a socket that closes.
    static func stream(_ body: ResponseBody) -> Response {
        var fields = HTTPFields().merging(type: "text/event-stream")
        fields[.connection] = "close"
        return Response(status: .ok, headers: fields, body: body)
    }
}

extension HTTPField.Name {
    fileprivate static var referrerPolicy: HTTPField.Name { HTTPField.Name("Referrer-Policy") ?? .contentType }
}

extension HTTPFields {
    fileprivate func merging(type: String) -> HTTPFields {
        var fields = self
        fields[.contentType] = type
        fields[.cacheControl] = "no-store"
        fields[.xContentTypeOptions] = "nosniff"
        fields[.date] = InternetTime.headerText(Date())
        return fields
    }
}
