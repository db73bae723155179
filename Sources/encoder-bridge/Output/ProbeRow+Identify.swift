// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Logging
import PortIO

extension ProbeRow {
    /// Opens the port as the daemon would and asks the encoder who it is. Changes no card.
    mutating func identify(with settings: DriverSettings, named name: String) async {
        guard problem == nil, !isServed else { return }
        do throws(SettingsFault) {
            let driver = try DriverCatalog.make(name: name, settings: settings)
            let fault = await ask(driver)
            if let fault {
                problem = "\(fault.kind.code)\(fault.detail.map { " (\($0))" } ?? ""): \(fault.kind.technicianAdvice)"
            }
        } catch {
            problem = error.description
        }
    }

    private mutating func ask(_ driver: some EncoderDriver) async -> Fault? {
        let kind: PortKind = isReader ? .pcsc : address.hasPrefix("/") ? .tty : .tcp
        let port = DetectedPort(incarnation: .init("probe"), kind: kind, address: address)
        let (statuses, report) = AsyncStream<EncoderStatus>.makeStream()
        let session = EncoderSession(
            name: "probe", driver: driver, match: .device(address), ports: LinuxPorts(), host: ProbeHost(report: report),
            logger: Logger(label: "probe", factory: { _ in SwiftLogNoOpLogHandler() }))
        let work = Task { await session.run() }
        let fault = await firstWord(of: session, port, statuses)
        // The port is given back as it was found before the program ends.
        work.cancel()
        await work.value
        return fault
    }

    private mutating func firstWord(
        of session: some SessionControl, _ port: DetectedPort, _ statuses: AsyncStream<EncoderStatus>
    ) async -> Fault? {
        let start = ContinuousClock.now
        await session.post(.portArrived(port))
        for await status in statuses {
            switch status.state {
            case .ready:
                let took = (ContinuousClock.now - start).formatted(.units(allowed: [.milliseconds], fractionalPart: .hide))
                let words = [status.identity?.model, status.identity?.firmware, status.identity?.serial].compactMap(\.self)
                answer = (words.isEmpty ? "it answers" : words.joined(separator: ", ")) + ", after \(took)"
                return nil
            case .faulted: return status.lastFault?.fault ?? Fault(.offline)
            case .absent, .opening, .busy: continue
            }
        }
        return Fault(.offline)
    }
}

/// A queue without jobs: the session is only to open and to ask.
private struct ProbeHost: SessionHost {
    let report: AsyncStream<EncoderStatus>.Continuation

    func nextJob(for encoder: EncoderName) async -> Job? { nil }
    func record(_ event: JobEvent, of job: JobID) async throws(Fault) {}
    func note(_ text: String, about job: JobID) async {}
    func sighted(_ card: CardPresence, on encoder: EncoderName) async {}
    func sequence(of job: JobID, on encoder: EncoderName) async throws(Fault) -> Int { 0 }
    func wantsCancel(_ job: JobID) async -> Bool { false }
    func clock() async -> PropertyClock { PropertyClock(timeZone: .gmt) }
    func changed(_ status: EncoderStatus) async { report.yield(status) }
}
