// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Console
import Foundation
import Simulators
import UnixSignals

/// Plays a device and prints what happens to it, until SIGINT or SIGTERM; SIGHUP pulls the plug for a while.
struct SimulatorRun: Sendable {
    private let simulator: any Simulator
    private let absence: Duration

    init(_ simulator: any Simulator, absence: Duration) {
        self.simulator = simulator
        self.absence = absence
    }

    func untilSignalled() async throws {
        let reader = Task {
            for await event in simulator.events {
                print("\(event)")
                fflush(nil)
            }
        }
        let work = Task { try await simulator.run() }
        let signals = Task {
            for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup) {
                if signal == .sighup { simulator.unplug(for: absence) } else { work.cancel() }
            }
        }
        defer { signals.cancel() }
        do {
            try await work.value
        } catch is CancellationError {
            // Asked to end.
        } catch {
            complain("\(error)")
            throw ExitCode.trouble
        }
        await reader.value
    }
}
