// SPDX-License-Identifier: Apache-2.0
import Hummingbird

/// `bare-hummingbird PORT`: the framework under the endpoint with a list as long as ours and nothing behind it, as its own examples have
/// it. The anchor of `endpoint.py` and `idle.py`.
@main
struct Bare {
    /// The fields of ours, as long as they are there.
    struct Item: ResponseEncodable {
        struct Card: Encodable {
            var state = "unknown"
            var uid = "none"
            var technology = "none"
        }

        struct Port: Encodable {
            var match: String
            var address: String
            var strength = "fixed"
        }

        var name: String
        var state = "ready"
        var driver = "industry-standard"
        var kind = "lockMaker"
        var gesture = "put"
        var capabilities = ["copies", "serial", "read", "one-shot", "check-out"]
        var identity: [String: String] = [:]
        var port: Port
        var card = Card()
        var currentJob = "none"
        var lastFault = "none"
        var lastSeen = "2026-11-28T14:29:58.333Z"
        var queued = 0
    }

    struct List: ResponseEncodable { var encoders: [Item] }

    static func main() async throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 18631
        let router = Router()
        let list = List(
            encoders: (0..<8).map { number in
                let address = "/tmp/bridge-endpoint-abcdefgh/encoder\(number)"
                return Item(name: "desk-\(number)", port: .init(match: "device \(address)", address: address))
            })
        router.get("/v1/encoders") { _, _ in list }
        let app = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
        try await app.runService()
    }
}
