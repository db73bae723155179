// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// Puts simulated cards on the virtual reader that vsmartcard adds to pcscd. It listens on a TCP port; a connection is a card in
/// its field.
struct VirtualReaderHost: Simulator {
    private let options: SimulatorOptions
    private let address: sockaddr_in
    private let switchboard: LineSwitchboard
    let events: AsyncStream<SimulatorEvent>
    private let report: AsyncStream<SimulatorEvent>.Continuation

    init(_ options: SimulatorOptions) throws(SimulatorFault) {
        self.options = options
        address = try Self.address(options.virtualReader)
        switchboard = try LineSwitchboard()
        (events, report) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(10_000))
    }

    func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) { switchboard.ask(.set(fault, occurrence)) }
    func unplug(for absence: Duration) { switchboard.ask(.unplug(absence)) }

    func run() async throws {
        defer { report.finish() }
        let loop = try VirtualReaderLoop(
            PcscCardMachine(options), options: options, address: address, switchboard: switchboard, report: report)
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (finished: CheckedContinuation<Void, any Error>) in
                let thread = Thread {
                    var loop = loop
                    finished.resume(with: Result { try loop.run() })
                }
                thread.name = "simulator"
                thread.start()
            }
        } onCancel: {
            switchboard.ask(.stop)
        }
    }

    /// `127.0.0.1:35963`.
    private static func address(_ text: String) throws(SimulatorFault) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard let place = HostAndPort(text), let port = UInt16(exactly: place.port), inet_pton(AF_INET, place.host, &address.sin_addr) == 1
        else {
            throw SimulatorFault("'\(text)' is not where a virtual reader listens: write an address such as 127.0.0.1:35963")
        }
        address.sin_port = port.bigEndian
        return address
    }
}
