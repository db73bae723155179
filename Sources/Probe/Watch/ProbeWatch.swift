// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import Console
import Doctor
import DriverKit
import Drivers
import EncoderModel
import Foundation
import LocalEndpoint
import Logging
import PortIO
import Ports
import SiteConfiguration
import UnixSignals

/// `probe --watch`: plugs as they come and go, what the running bridge tells, and the bytes on one port that a person names.
package struct ProbeWatch: Sendable {
    let site: [EncoderConfiguration]
    let bridge: BridgeClient?
    let gathering: FactGathering
    let ink: Ink
    let json: Bool
    let showsBytes: Bool

    package init(
        site: [EncoderConfiguration], bridge: BridgeClient?, gathering: FactGathering, ink: Ink, json: Bool, showsBytes: Bool
    ) {
        self.site = site
        self.bridge = bridge
        self.gathering = gathering
        self.ink = ink
        self.json = json
        self.showsBytes = showsBytes
    }

    /// Until SIGINT or SIGTERM.
    package func run(named: (port: DetectedPort, driver: any EncoderDriver)?) async {
        // Before anything is shown: who reads it may send one at once, and until it is trapped a signal ends a program.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await followPlugs() }
            if let bridge { group.addTask { await follow(bridge) } }
            if let named { group.addTask { await follow(named.port, named.driver) } }
            group.addTask { for await _ in signals { break } }
            // The first to end is the signal: the others go on until they are cancelled.
            await group.next()
            group.cancelAll()
        }
    }

    private func show(_ line: WatchLine) {
        if json {
            let row = ["at": Date().formatted(.iso8601), "what": line.what.rawValue, "subject": line.subject, "words": line.words]
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let data = try? encoder.encode(row) else { return }
            FileHandle.standardOutput.write(data + Data("\n".utf8))
        } else {
            FileHandle.standardOutput.write(Data((line.text(at: Date(), ink) + "\n").utf8))
        }
    }

    // MARK: Plugs

    private func followPlugs() async {
        var isListed = false
        let fixed = site.map(\.match).filter { $0.strength == .fixed }
        for await event in LinuxPorts().events(fixed: fixed) {
            switch event {
            case .arrived(let port) where port.kind == .tcp: continue
            case .arrived(let port): show(WatchLine(isListed ? .plugged : .there, gathering.port(port), encoder: encoder(of: port)))
            case .left(let port): show(WatchLine(.unplugged, PortFacts(port), encoder: encoder(of: port)))
            case .listed: isListed = true
            }
        }
        // The bus ends only with the task, or when udev cannot be listened to, which it has said.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    }

    private func encoder(of port: DetectedPort) -> EncoderName? { site.first { $0.match.matches(port) }?.name }

    // MARK: The bridge

    private func follow(_ bridge: BridgeClient) async {
        var wasThere: Bool?
        while !Task.isCancelled {
            let showsBytes = showsBytes
            do {
                let document = try await bridge.status().document
                if wasThere != true {
                    let states = document.encoders.map { "\($0.name) \($0.state.rawValue)" }.joined(separator: ", ")
                    show(WatchLine(what: .bridge, subject: "bridge", words: "it runs: \(states)"))
                }
                wasThere = true
                var lines = EventLines()
                // An encoder's document is also told anew when its card changes, which has a line of its own.
                var states: [String: String] = [:]
                try await bridge.events { line in
                    guard let event = lines.take(line) else { return }
                    guard let line = WatchLine(event: event.type, data: event.data, showsBytes: showsBytes) else { return }
                    if line.what == .encoder, states.updateValue(line.words, forKey: line.subject) == line.words { return }
                    show(line)
                }
            } catch {
                if wasThere != false, !Task.isCancelled {
                    show(WatchLine(what: .bridge, subject: "bridge", words: "it does not answer at \(bridge.address)"))
                }
                wasThere = false
            }
            // A bridge that starts is seen within a moment; one that does not run costs one refused connection each time.
            try? await Task.sleep(for: .seconds(2))
        }
    }

    // MARK: Bytes

    private func follow(_ port: DetectedPort, _ driver: some EncoderDriver) async {
        let (address, showsBytes) = (port.address, showsBytes)
        let trace = PortTrace { way, bytes in show(WatchLine(way, bytes, on: address, showsBytes: showsBytes)) }
        let (statuses, report) = AsyncStream<EncoderStatus>.makeStream()
        let session = EncoderSession(
            name: "probe", driver: driver, match: .device(address), ports: TracedPorts(base: LinuxPorts(), trace: trace),
            host: WatchHost(report: report), logger: Logger(label: "probe", factory: { _ in SwiftLogNoOpLogHandler() }))
        let work = Task { await session.run() }
        await session.post(.portArrived(port))
        await withTaskCancellationHandler {
            for await status in statuses {
                var words = status.state.rawValue
                if status.state == .faulted, let fault = status.lastFault?.fault {
                    words += ", \(fault.kind.code): \(fault.kind.technicianAdvice)"
                }
                if status.state == .ready, status.card.state != .unknown {
                    words += ", card \(status.card.state.rawValue)" + (status.card.technology.map { " (\($0))" } ?? "")
                }
                show(WatchLine(what: .encoder, subject: address, words: words))
            }
        } onCancel: {
            report.finish()
        }
        work.cancel()
        await work.value
    }
}

/// A queue without jobs: the session is there for what the encoder tells by itself.
private struct WatchHost: SessionHost {
    let report: AsyncStream<EncoderStatus>.Continuation

    func nextJob(for encoder: EncoderName) async -> Job? { nil }
    func record(_ event: JobEvent, of job: JobID) async throws(Fault) {}
    func note(_ text: String, about job: JobID) async {}
    func keep(_ questions: [UnansweredJob], of encoder: EncoderName) async {}
    func sighted(_ card: CardPresence, on encoder: EncoderName) async {}
    func lastKey(of encoder: EncoderName) async -> String? { nil }
    func sequence(of job: JobID, on encoder: EncoderName) async throws(Fault) -> Int { 0 }
    func wantsCancel(_ job: JobID) async -> Bool { false }
    func clock() async -> PropertyClock { PropertyClock(timeZone: .gmt) }
    func changed(_ status: EncoderStatus) async { report.yield(status) }
}
