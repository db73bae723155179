// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import CloudConnector

/// Requests over a real connection on loopback.
@Suite(.timeLimit(.minutes(6))) struct NetworkTransportTests {
    private func transport(_ port: Int) -> NetworkTransport {
        NetworkTransport(
            MewsConfiguration(MewsProperty(api: "http://127.0.0.1:\(port)/", webSocket: "ws://127.0.0.1:\(port)/ws", client: "T")) {
                .connector("c")
            })
    }

    @Test func post_isJSONToTheExactPath_andTheAnswerComesBackWhole() async throws {
        let server = try await SmallServer.started()
        server.reply(.answer(.tooManyRequests, ["Retry-After": "9", "Request-Id": "r1"], #"{"Message":"slow"}"#))
        let transport = transport(server.port)
        let answer = try await transport.post(.byIDs, body: Data(#"{"a":1}"#.utf8), within: .seconds(20))
        #expect(answer.status == 429 && answer.retryAfter == "9" && answer.requestID == "r1")
        #expect(answer.body == Data(#"{"Message":"slow"}"#.utf8))
        let request = try #require(server.requests.first)
        #expect(request.head.method == .POST && request.head.uri == "/api/connector/v1/commands/getAllByIds" && request.body == #"{"a":1}"#)
        #expect(request.head.headers["Content-Type"] == ["application/json"] && request.head.headers["Accept-Encoding"] == ["identity"])
        await transport.shutdown()
        try await server.stop()
    }

    @Test func tokens_doNotFollowARedirect() async throws {
        let server = try await SmallServer.started()
        let other = try await SmallServer.started()
        server.reply(.answer(.temporaryRedirect, ["Location": "http://127.0.0.1:\(other.port)/"]))
        let transport = transport(server.port)
        #expect(try await transport.post(.update, body: Data(), within: .seconds(20)).status == 307)
        #expect(other.requests.isEmpty)
        await transport.shutdown()
        try await server.stop()
        try await other.stop()
    }

    @Test func fault_saysWhetherMewsMayHaveTheRequest() async throws {
        let server = try await SmallServer.started()
        let transport = transport(server.port)
        for reply in [SmallServer.Reply.silence, .unfinished] {
            server.reply(reply)
            do throws(TransportFault) {
                _ = try await transport.post(.update, body: Data(), within: .milliseconds(200))
                Issue.record("an answer from a silent server")
            } catch {
                #expect(error.mayHaveArrived)
            }
        }
        server.reply(.hangUp)
        do throws(TransportFault) {
            _ = try await transport.post(.update, body: Data(), within: .seconds(20))
            Issue.record("an answer from a server that hangs up")
        } catch {
            #expect(error.mayHaveArrived)
        }
        let port = server.port
        try await server.stop()
        await transport.shutdown()

        let nobody = self.transport(port)
        do throws(TransportFault) {
            _ = try await nobody.post(.update, body: Data(), within: .seconds(20))
            Issue.record("an answer from nobody")
        } catch {
            #expect(error == TransportFault(mayHaveArrived: false, reason: "Connection refused"))
        }
        await nobody.shutdown()
    }

    /// A client that was made after the shutdown would never be shut down, and ends the process in a debug build.
    @Test func request_isRefused_afterTheShutdown() async {
        let transport = transport(1)
        await transport.shutdown()
        do throws(TransportFault) {
            _ = try await transport.post(.update, body: Data(), within: .seconds(20))
            Issue.record("a request behind the shutdown")
        } catch {
            #expect(error == TransportFault(mayHaveArrived: false, reason: "the bridge stops"))
        }
    }

    @Test func transport_needsNoShutdown_whenItWasNeverUsed() async {
        _ = transport(1)
        await transport(1).shutdown()
    }
}
