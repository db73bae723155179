// SPDX-License-Identifier: Apache-2.0
import Foundation
import Simulators

/// Plays a device and prints what happens to it, until SIGINT or SIGTERM; SIGHUP pulls the plug for a while.
struct SimulatorRun: Sendable {
    private let simulator: any Simulator
    private let absence: Duration

    init(_ simulator: any Simulator, absence: Duration) {
        self.simulator = simulator
        self.absence = absence
    }

    func untilEnd() async throws {
        let reader = Task {
            for await event in simulator.events {
                print("\(event)")
                fflush(nil)
            }
        }
        try await untilSignalled(onHangUp: { [simulator, absence] in simulator.unplug(for: absence) }) { [simulator] in
            try await simulator.run()
        }
        await reader.value
    }
}
