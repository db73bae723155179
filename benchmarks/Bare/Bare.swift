// SPDX-License-Identifier: Apache-2.0
import Hummingbird

/// `bare-hummingbird PORT`: the framework under the endpoint with a list of about the same size and nothing behind it, as its own examples have
/// it. The anchor of `endpoint.py` and `idle.py`.
@main
struct Bare {
    struct Item: ResponseEncodable {
        var name, state, driver, kind: String
        var capabilities = ["copies", "cancel", "read"]
        var port = ["match": "device /dev/ttyUSB0", "address": "/dev/ttyUSB0", "strength": "strong"]
        var card: [String: String?] = ["state": "unknown", "uid": nil, "technology": nil]
        var lastFault: String?
        var queued = 0
    }

    struct List: ResponseEncodable { var encoders: [Item] }

    static func main() async throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 18631
        let router = Router()
        let list = List(
            encoders: (0..<8).map { Item(name: "desk-\($0)", state: "ready", driver: "industry-standard", kind: "lockMaker") })
        router.get("/v1/encoders") { _, _ in list }
        let app = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
        try await app.runService()
    }
}
