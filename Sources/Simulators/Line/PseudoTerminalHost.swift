// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Plays a device on a pseudo-terminal, on a thread of its own: the bytes of a line come every few hundred microseconds, and no
/// other work may stand in their way.
struct PseudoTerminalHost<Machine: DeviceMachine>: Simulator {
    private let machine: Machine
    private let options: SimulatorOptions
    private let switchboard: LineSwitchboard
    let events: AsyncStream<SimulatorEvent>
    private let report: AsyncStream<SimulatorEvent>.Continuation

    init(_ machine: Machine, options: SimulatorOptions) throws(SimulatorFault) {
        self.machine = machine
        self.options = options
        switchboard = try LineSwitchboard()
        (events, report) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(10_000))
    }

    func set(_ fault: SimulatedFault, _ occurrence: FaultOccurrence) { switchboard.ask(.set(fault, occurrence)) }
    func unplug(for absence: Duration) { switchboard.ask(.unplug(absence)) }

    func run() async throws {
        defer { report.finish() }
        let loop = try DeviceLoop(machine, options: options, switchboard: switchboard, report: report)
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
}
