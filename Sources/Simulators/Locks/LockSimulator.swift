// SPDX-License-Identifier: Apache-2.0
import Access
import Foundation
import LockIO

/// Simulated locks behind a real broker.
public struct LockSimulator: Sendable {
    private let configuration: MQTTConfiguration
    private let locks: any SimulatedLocks
    private let codesFile: String?

    /// Kinds of locks that can be simulated: the names of their drivers.
    public static let kinds = ["zigbee2mqtt", "nuki-hub"]
    /// How locks of `zigbee2mqtt` tell what became of a command.
    public static var manners: [String] { SimulatedGateway.Manner.allCases.map(\.rawValue) }

    /// - Parameters:
    ///   - kind: one of ``kinds``.
    ///   - locks: friendly names, or the base topics of Nuki locks; empty: one.
    ///   - manner: one of ``manners``, for zigbee2mqtt alone.
    ///   - codesFile: gets the codes on the locks after each change: `{"Room 101":{"10":"4711"}}`.
    public init(
        kind: String, host: String, port: Int, locks: [String] = [], manner: String? = nil, showsCodes: Bool = false,
        faults: [SimulatedFault: FaultOccurrence] = [:], lateBy: Duration = .seconds(35), codesFile: String? = nil
    ) throws(SimulatorFault) {
        switch kind {
        case "zigbee2mqtt":
            guard let manner = SimulatedGateway.Manner(rawValue: manner ?? "asked") else {
                throw SimulatorFault("there is no manner '\(manner ?? "")' of a lock: use one of \(Self.manners.joined(separator: ", "))")
            }
            self.locks = SimulatedGateway(
                locks: locks.isEmpty ? ["Room 101"] : locks, manner: manner, showsCodes: showsCodes, faults: faults, lateBy: lateBy)
        case "nuki-hub":
            self.locks = SimulatedNukiHub(locks: locks.isEmpty ? ["nuki/lock"] : locks, faults: faults, lateBy: lateBy)
        default: throw SimulatorFault("there are no simulated locks '\(kind)': use one of \(Self.kinds.joined(separator: ", "))")
        }
        configuration = MQTTConfiguration(host: host, port: port, stateTopic: self.locks.stateTopic)
        self.codesFile = codesFile
    }

    /// Plays until the task is cancelled.
    /// - Parameter tell: a line for each thing that happens.
    public func run(_ tell: @escaping @Sendable (String) -> Void) async throws {
        let client = try MQTTClient(configuration)
        var locks = locks
        client.subscribe(locks.topics)
        client.start()
        defer { client.stop() }
        try write(locks.codes)
        await withDiscardingTaskGroup { group in
            for await news in client.news {
                switch news {
                case .connected:
                    tell("connected to \(configuration)")
                    for message in locks.greeting() { _ = client.publish(message) }
                case .disconnected(let why): tell(why)
                case .message(let message):
                    let letters = locks.receive(message)
                    tell("\(message.topic) \(message.payload)")
                    do { try write(locks.codes) } catch { tell("\(error)") }
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

    private func write(_ codes: [String: [String: String]]) throws {
        guard let codesFile else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(codes).write(to: URL(fileURLWithPath: codesFile), options: .atomic)
    }
}
