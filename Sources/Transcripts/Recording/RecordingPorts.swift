// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

/// Ports that tell a recorder what goes over them; else they are the ports behind them.
public struct RecordingPorts: PortSystem {
    private let base: any PortSystem
    private let recorder: DialogueRecorder

    public init(_ base: any PortSystem, recorder: DialogueRecorder) {
        self.base = base
        self.recorder = recorder
    }

    public func makeExecutor(name: String) -> any SerialExecutor { base.makeExecutor(name: name) }

    public func open(_ port: DetectedPort, line: LineSettings, on executor: any SerialExecutor) async throws(Fault) -> any Port {
        let opened = try await base.open(port, line: line, on: executor)
        recorder.opened(opened)
        return RecordingPort(base: opened, recorder: recorder)
    }

    public func events(fixed: [PortMatch]) -> AsyncStream<BusEvent> { base.events(fixed: fixed) }
}

private struct RecordingPort: Port {
    let base: any Port
    let recorder: DialogueRecorder

    func write(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(Fault) {
        // Kept before it goes out: the answer may come before the call is back.
        recorder.note(.sent(bytes))
        do throws(Fault) {
            try await base.write(bytes, by: deadline)
        } catch {
            throw heard(error)
        }
    }

    func read(by deadline: ContinuousClock.Instant?) async throws(Fault) -> PortEvent {
        let begin = ContinuousClock.now
        do throws(Fault) {
            let event = try await base.read(by: deadline)
            switch event {
            case .bytes(let bytes): recorder.note(.received(bytes))
            case .deadline: if let deadline, deadline > begin { recorder.note(.silence) }
            case .woken: break
            }
            return event
        } catch {
            throw heard(error)
        }
    }

    func wake() { base.wake() }
    func change(_ line: LineSettings) async throws(Fault) { try await base.change(line) }
    func close() { base.close() }

    private func heard(_ fault: Fault) -> Fault {
        if fault.kind == .offline { recorder.note(.gone) }
        return fault
    }
}
