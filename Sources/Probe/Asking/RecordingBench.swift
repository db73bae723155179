// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import PortIO
import Ports
import Transcripts

/// One encoder opened as the daemon opens it, asked one thing, with a recorder on its line.
package struct RecordingBench: Sendable {
    /// What is asked once the encoder has said who it is.
    package enum Request: Sendable {
        case nothing
        case job(KeyOrder)
        case errand(Errand)
    }

    let recorder: DialogueRecorder
    package let port: DetectedPort
    let clock: PropertyClock
    /// What a person must do now.
    let say: @Sendable (String) -> Void

    package init(recorder: DialogueRecorder, port: DetectedPort, clock: PropertyClock, say: @escaping @Sendable (String) -> Void) {
        self.recorder = recorder
        self.port = port
        self.clock = clock
        self.say = say
    }

    /// - Returns: the fault that the port or the encoder ended it with; `nil` when it did what was asked. Either may be worth recording.
    package func record<Driver: EncoderDriver>(_ driver: Driver, _ request: Request) async -> Fault? {
        let ports = RecordingPorts(LinuxPorts(), recorder: recorder)
        do throws(Fault) {
            let line = try await Line.open(driver, at: port, of: ports, on: ports.makeExecutor(name: "record"), keeper: BenchKeeper())
            // The port is given back as it was found before the program ends.
            defer { line.close() }
            let identity = await recorder.record(.identify, on: line)
            guard identity.fault == nil, let task = try task(request, Driver.manifest) else { return identity.fault }
            return await recorder.record(.perform(task), on: line, say: say).fault
        } catch {
            return error
        }
    }

    private func task(_ request: Request, _ manifest: DriverManifest) throws(Fault) -> EncoderTask? {
        switch request {
        case .nothing: return nil
        case .job(let order): return try EncoderTask(cutting: order, by: manifest.kind, called: "record", on: clock)
        case .errand(let errand):
            guard errand.capability.map(manifest.capabilities.contains) ?? true else {
                throw Fault(.rejected(reason: "this encoder cannot do \(errand.rawValue)"))
            }
            return EncoderTask(errand)
        }
    }
}
