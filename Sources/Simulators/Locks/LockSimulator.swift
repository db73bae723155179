// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation
import LockIO

/// A Zigbee2MQTT with locks, behind a real broker.
public struct Zigbee2MqttSimulator: Sendable {
    private let configuration: MQTTConfiguration
    private let gateway: SimulatedGateway
    private let codesFile: String?

    public static var manners: [String] { SimulatedGateway.Manner.allCases.map(\.rawValue) }

    /// - Parameters:
    ///   - locks: friendly names.
    ///   - manner: how the locks tell what became of a command: one of ``manners``.
    ///   - codesFile: gets the codes on the locks after each change: `{"Room 101":{"10":"4711"}}`.
    public init(
        host: String, port: Int, locks: [String], manner: String = "asked", showsCodes: Bool, faults: [SimulatedFault: FaultOccurrence],
        lateBy: Duration,
        codesFile: String?
    ) throws(SimulatorFault) {
        guard let manner = SimulatedGateway.Manner(rawValue: manner) else {
            throw SimulatorFault("there is no manner '\(manner)' of a lock: use one of \(Self.manners.joined(separator: ", "))")
        }
        configuration = MQTTConfiguration(host: host, port: port, stateTopic: "zigbee2mqtt/bridge/state")
        gateway = SimulatedGateway(locks: locks, manner: manner, showsCodes: showsCodes, faults: faults, lateBy: lateBy)
        self.codesFile = codesFile
    }

    /// Plays until the task is cancelled.
    /// - Parameter tell: a line for each thing that happens.
    public func run(_ tell: @escaping @Sendable (String) -> Void) async throws {
        let client = try MQTTClient(configuration)
        var gateway = gateway
        client.subscribe(gateway.topics)
        client.start()
        defer { client.stop() }
        try writeCodes(of: gateway)
        await withDiscardingTaskGroup { group in
            for await news in client.news {
                switch news {
                case .connected:
                    tell("connected to \(configuration)")
                    for message in gateway.greeting() { _ = client.publish(message) }
                case .disconnected(let why): tell(why)
                case .message(let message):
                    let letters = gateway.receive(message)
                    tell("\(message.topic) \(message.payload)")
                    do { try writeCodes(of: gateway) } catch { tell("\(error)") }
                    for letter in letters {
                        group.addTask {
                            guard (try? await Task.sleep(for: letter.after)) != nil else { return }
                            _ = client.publish(letter.message)
                        }
                    }
                }
            }
            group.cancelAll()
        }
    }

    private func writeCodes(of gateway: SimulatedGateway) throws {
        guard let codesFile else { return }
        let codes = gateway.doors.mapValues { door in Dictionary(uniqueKeysWithValues: door.slots.map { (String($0.key), $0.value) }) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(codes).write(to: URL(fileURLWithPath: codesFile), options: .atomic)
    }
}
