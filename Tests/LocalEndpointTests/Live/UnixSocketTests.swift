// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation
import Glibc
import LocalEndpoint
import Testing

@Suite(.timeLimit(.minutes(6)))
struct UnixSocketTests {
    private let path = FileManager.default.temporaryDirectory.path + "/endpoint-\(UUID().uuidString.prefix(8)).sock"

    @Test func socket_servesItsGroupOnly_andGoesWithTheEndpoint() async throws {
        let path = path
        try await withEndpoint(listen: .unix(path: path)) { client in
            #expect(client.address == .unix(path: path))
            #expect(try await client.get("/v1/encoders").status == 200)
            #expect(try await client.order().status == 202)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o660)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func socketThatACrashLeft_isReplaced() async throws {
        let path = path
        let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #expect(Self.bind(left, path) == 0)
        close(left)
        #expect(FileManager.default.fileExists(atPath: path))
        try await withEndpoint(listen: .unix(path: path)) { client in
            let answer = try await client.get("/health", token: nil)
            #expect(answer.status == 200)
        }
    }

    /// At any moment between two of its steps. An event loop that is asked for anything after its end would end the whole program.
    @Test func endpoint_ends_whenItIsStoppedWhileItStarts() async throws {
        let path = path
        for round in 0..<100 {
            let running = Task { try await withEndpoint(listen: .unix(path: path)) { _ in } }
            for _ in 0..<round { await Task.yield() }
            running.cancel()
            try await running.value
        }
    }

    @Test func socketInUse_isLeftAlone() async throws {
        let path = path
        try await withEndpoint(listen: .unix(path: path)) { client async throws in
            await #expect(throws: EndpointFault("unix:\(path): another program serves on this socket: stop it or choose another path")) {
                try await withEndpoint(listen: .unix(path: path)) { _ in }
            }
            #expect(try await client.get("/health", token: nil).status == 200)
        }
    }

    @Test func fileThatIsNoSocket_isLeftAlone() async throws {
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        await #expect(throws: EndpointFault("unix:\(path) is no socket and is left alone: remove the file or choose another path")) {
            try await withEndpoint(listen: .unix(path: path)) { _ in }
        }
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test func portInUse_isOneSentence() async throws {
        try await withEndpoint { client in
            let taken = client.address
            await #expect(
                throws: EndpointFault("\(taken) is in use by another program: stop it or choose another address in endpoint.listen")
            ) {
                try await withEndpoint(listen: taken) { _ in }
            }
        }
    }

    private static func bind(_ descriptor: Int32, _ path: String) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
