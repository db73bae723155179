// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import PortIO
import Ports
import Transcripts

/// One encoder on a line of its own, for a test of cards: the way that keys go too, without a queue and without a journal.
package struct TestBench<Driver: EncoderDriver>: CardBench {
    private let line: Line<Driver>
    /// What a person must do beside what the test itself says.
    private let say: @Sendable (String) -> Void

    /// Opens the port, does the work when the encoder has said who it is, and gives the port back.
    package static func whileOpen(
        _ driver: Driver, _ port: DetectedPort, say: @escaping @Sendable (String) -> Void,
        _ body: (TestBench) async throws(Fault) -> Void
    ) async throws(Fault) {
        let ports = LinuxPorts()
        let line = try await Line.open(driver, at: port, of: ports, on: ports.makeExecutor(name: "test"), keeper: BenchKeeper())
        defer { line.close() }
        _ = try await line.identify()
        try await body(TestBench(line: line, say: say))
    }

    package func read() async throws(Fault) -> ErrandOutcome {
        let result = try await line.perform(.read, as: nil, progress: TestProgress(say: say))
        return ErrandOutcome(result)
    }

    package func erase() async throws(Fault) { _ = try await line.perform(.erase, as: nil, progress: TestProgress(say: say)) }

    /// Writes one card and gives its receipt.
    package func write(_ image: CardImage) async throws(Fault) -> Receipt {
        let result = try await line.perform(.write(CardBatch(images: [image])), as: nil, progress: TestProgress(say: say))
        guard let receipt = result.receipts.first else { throw Fault(.malformedReply, card: .unknown, detail: "no receipt") }
        return receipt
    }
}

/// The test asks for cards itself; only the driver knows that it wants one once more.
private struct TestProgress: TaskProgress {
    let say: @Sendable (String) -> Void

    func waitingForCard(copy: Int, of copies: Int) async throws(Fault) {}
    func verifying(copy: Int) async throws(Fault) {}
    func waitingToVerify(copy: Int) async throws(Fault) { say("Swipe it once more: what was written is checked.") }
    func sighted(_ card: CardPresence) async {}
    func finished(_ receipt: Receipt) async throws(Fault) {}
    func remark(_ remark: Remark) async { say("  " + Words.english(remark)) }
}
