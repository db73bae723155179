// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import Console
import EncoderModel
import Foundation

/// An encoder that the running bridge has: each step is asked of the bridge, between its jobs, and nobody fights for the port.
package struct BridgeBench: CardBench {
    let client: BridgeClient
    let encoder: EncoderName

    package init(client: BridgeClient, encoder: EncoderName) {
        self.client = client
        self.encoder = encoder
    }
    /// Longer than any encoder waits for a card.
    private static let patience: Duration = .seconds(150)
    /// How often an unfinished job is looked at.
    private static let pause: Duration = .milliseconds(200)

    /// One sentence on why the test cannot go on.
    package struct Trouble: Error, CustomStringConvertible {
        package var description: String
    }

    package func read() async throws(Trouble) -> ErrandOutcome {
        try await asked { try await client.perform(.read, on: encoder, within: Self.patience) }
    }

    package func erase() async throws(Trouble) {
        _ = try await asked { try await client.perform(.erase, on: encoder, within: Self.patience) }
    }

    package func write(_ image: CardImage) async throws(Trouble) -> Receipt {
        let order = KeyOrder(lockIds: ["test"], validFrom: Date(), validUntil: Date() + 60, cardImage: image)
        var job = try await asked { try await client.order(order, on: encoder) }
        let end = ContinuousClock.now + Self.patience
        while !job.state.isFinal {
            guard ContinuousClock.now < end else { throw Trouble(description: "job \(job.id) does not end: look at the bridge's log") }
            let id = job.id
            job = try await asked {
                try await Task.sleep(for: Self.pause)
                return try await client.job(id)
            }
        }
        if let fault = job.fault { throw Trouble(description: "\(fault.kind.code): \(fault.kind.technicianAdvice)") }
        guard let receipt = job.receipts.first else { throw Trouble(description: "job \(job.id) was \(job.state.rawValue)") }
        return receipt
    }

    private func asked<Value>(_ question: () async throws -> Value) async throws(Trouble) -> Value {
        do {
            return try await question()
        } catch BridgeClient.Failure.refused(let status, let detail, let fault) {
            throw Trouble(description: [detail, fault, client.admission(after: status)].compactMap(\.self).joined(separator: "\n"))
        } catch {
            throw Trouble(description: "the bridge stopped answering: look at its log (`journalctl -u encoder-bridge -n 50`)")
        }
    }
}
