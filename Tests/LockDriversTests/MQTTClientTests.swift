// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation
import LockIO
import Testing

/// Against a real mosquitto, started for each test.
@Suite struct MQTTClientTests {
    /// A broker of its own, on a free port, in a folder of its own.
    final class Broker {
        let port: Int
        private let folder: URL
        private var process: Process?
        private let settings: String

        init(settings: String = "allow_anonymous true") throws {
            port = try Self.freePort()
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("mosquitto-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            self.settings = settings
        }

        func file(_ name: String, _ text: String) throws -> String {
            let url = folder.appendingPathComponent(name)
            try text.write(to: url, atomically: true, encoding: .utf8)
            return url.path
        }

        func start() throws {
            let path = try file("mosquitto.conf", "listener \(port) 127.0.0.1\n\(settings)\n")
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/sbin/mosquitto")
            process.arguments = ["-c", path]
            process.standardError = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            self.process = process
        }

        func kill() {
            guard let process else { return }
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            self.process = nil
        }

        deinit { kill() }

        private static func freePort() throws -> Int {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let bound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Foundation.bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
                }
            }
            try #require(bound)
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }

    private func first(_ client: MQTTClient, where wanted: @escaping @Sendable (MQTTNews) -> Bool) async -> MQTTNews? {
        await withTaskGroup(of: MQTTNews?.self) { group in
            group.addTask {
                for await news in client.news where wanted(news) { return news }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(30))
                return nil
            }
            let found = await group.next() ?? nil
            group.cancelAll()
            return found
        }
    }

    private func client(_ port: Int, user: String? = nil, password: String? = nil, state: String? = nil) throws -> MQTTClient {
        let client = try MQTTClient(
            MQTTConfiguration(host: "127.0.0.1", port: port, user: user, password: password, stateTopic: state))
        client.start()
        return client
    }

    @Test(.timeLimit(.minutes(6))) func message_goesFromClientToClient() async throws {
        let broker = try Broker()
        try broker.start()
        let listener = try client(broker.port)
        listener.subscribe(["a/Räum 1"])
        defer { listener.stop() }
        #expect(await first(listener) { $0 == .connected } == .connected)
        let speaker = try client(broker.port)
        defer { speaker.stop() }
        #expect(await first(speaker) { $0 == .connected } == .connected)
        // The subscription may be a moment behind: said until it is heard.
        let saying = Task {
            while !Task.isCancelled {
                _ = speaker.publish(MQTTMessage("a/Räum 1", #"{"pin":"0123"}"#))
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        let heard = await first(listener) { if case .message = $0 { true } else { false } }
        saying.cancel()
        #expect(heard == .message(MQTTMessage("a/Räum 1", #"{"pin":"0123"}"#)))
    }

    @Test(.timeLimit(.minutes(6))) func brokerThatIsKilled_isConnectedAgain() async throws {
        let broker = try Broker()
        let client = try client(broker.port)
        defer { client.stop() }
        let down = await first(client) { if case .disconnected = $0 { true } else { false } }
        guard case .disconnected(let why)? = down else {
            Issue.record("a broker that is not there was not noticed")
            return
        }
        #expect(why.contains("mqtt://127.0.0.1:\(broker.port) cannot be reached"))
        #expect(!client.publish(MQTTMessage("a", "b")), "nothing is queued")
        try broker.start()
        #expect(await first(client) { $0 == .connected } == .connected)
        broker.kill()
        #expect(await first(client) { if case .disconnected = $0 { true } else { false } } != nil)
        try broker.start()
        #expect(await first(client) { $0 == .connected } == .connected)
    }

    @Test(.timeLimit(.minutes(6))) func readerThatIsBehind_hearsThatTheBrokerIsThere() async throws {
        let broker = try Broker()
        try broker.start()
        let behind = try MQTTClient(MQTTConfiguration(host: "127.0.0.1", port: broker.port), mostWaiting: 4)
        behind.subscribe(["a"])
        behind.start()
        defer { behind.stop() }
        let (speaker, listener) = (try client(broker.port), try client(broker.port))
        defer {
            speaker.stop()
            listener.stop()
        }
        listener.subscribe(["a"])
        #expect(await first(speaker) { $0 == .connected } == .connected)
        // Far more than wait for it, until somebody else has heard the last.
        let saying = Task {
            for number in 0... where !Task.isCancelled {
                _ = speaker.publish(MQTTMessage("a", "\(number)"))
                try await Task.sleep(for: .milliseconds(2))
            }
        }
        _ = await first(listener) {
            if case .message(let message) = $0 { (Int(message.payload) ?? 0) >= 500 } else { false }
        }
        saying.cancel()
        #expect(await first(behind) { $0 == .connected } == .connected)
    }

    @Test(.timeLimit(.minutes(6))) func lastWill_saysOfflineWhenTheClientIsGone() async throws {
        let broker = try Broker()
        try broker.start()
        let client = try client(broker.port, state: "encoder-bridge/state")
        #expect(await first(client) { $0 == .connected } == .connected)
        let listener = try self.client(broker.port)
        defer { listener.stop() }
        listener.subscribe(["encoder-bridge/state"])
        let online = await first(listener) { if case .message = $0 { true } else { false } }
        #expect(online == .message(MQTTMessage("encoder-bridge/state", #"{"state":"online"}"#, isRetained: true)))
        client.stop()
        let offline = await first(listener) { if case .message = $0 { true } else { false } }
        #expect(offline == .message(MQTTMessage("encoder-bridge/state", #"{"state":"offline"}"#)))
    }

    @Test(.timeLimit(.minutes(6))) func wrongPassword_isSaidWithWhatToCorrect() async throws {
        let broker = try Broker(settings: "allow_anonymous false")
        try broker.start()
        let client = try client(broker.port, user: "bridge", password: "wrong")
        defer { client.stop() }
        guard
            case .disconnected(let why)? = await first(
                client, where: { if case .disconnected(let why) = $0 { why.contains("refuses") } else { false } })
        else {
            Issue.record("the refusal was not told")
            return
        }
        #expect(why.contains("mqtt.passwordFile") || why.contains("may not connect"))
        #expect(!why.contains("wrong"[...]) || why.contains("password is wrong"))
    }
}
