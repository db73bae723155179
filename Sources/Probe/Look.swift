// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import Drivers
import EncoderModel
import Foundation
import LocalEndpoint
import PortIO
import SiteConfiguration

/// One look at the machine: its ports, its encoders, what the running bridge says of them, and what follows.
package struct Look: Sendable {
    package var machine: MachineFacts
    package var ports: [PortFacts]
    package var encoders: [EncoderFacts]
    /// What the running bridge says; `nil` when it does not run, or is not asked.
    package var bridge: BridgeStatusDocument?
    /// What udev could not tell.
    package var remark: String?
    /// How long each encoder took to answer, by its place in ``encoders``.
    package var took: [Int: Duration] = [:]

    package var diagnosis: Diagnosis {
        Diagnosis(machine: machine, ports: ports, encoders: encoders, manifests: DriverCatalog.all.map { ManifestFacts($0) })
    }

    /// Looks without opening anything.
    /// - Parameters:
    ///   - device: a port that a person named: it is looked at even if nobody lists it.
    ///   - driver: the driver that was named with it.
    package init(
        detected: [DetectedPort], site: [EncoderConfiguration], bridge: BridgeStatusDocument?, device: String? = nil,
        driver: (name: String, settings: DriverSettings)? = nil, gathering: FactGathering
    ) {
        self.bridge = bridge
        machine = gathering.machine()
        machine.bridge = BridgeFacts(answers: bridge != nil)
        ports = detected.map { gathering.port($0) }
        encoders = site.map { encoder in
            var facts = Self.facts(name: encoder.name, driver: encoder.driver, match: encoder.match, settings: encoder.settings)
            if let status = bridge?.encoders.first(where: { $0.name == encoder.name }) { facts.dialogue = Dialogue(status) }
            return facts
        }
        // Ports that only the configuration knows: a path by hand, an address.
        for encoder in site where !ports.contains(where: { encoder.match.matches($0.port) }) {
            if let port = Self.byHand(encoder.match) { ports.append(gathering.port(port)) }
        }
        if let device {
            if !ports.contains(where: { $0.port.address == device || $0.port.links.contains(device) }), let port = Self.named(device) {
                ports.append(gathering.port(port))
            }
            for index in ports.indices where ports[index].port.address == device || ports[index].port.links.contains(device) {
                ports[index].isNamed = true
            }
            ports = ports.filter(\.isNamed)
            let kept = ports
            encoders = encoders.filter { encoder in kept.contains { encoder.match.matches($0.port) } }
            // What a person names counts before what the configuration says.
            if let driver, let port = ports.first {
                encoders = [
                    Self.facts(
                        name: encoders.first?.name, driver: driver.name, match: Self.exact(port.port), settings: driver.settings)
                ]
            }
        }
    }

    private static func facts(name: EncoderName?, driver: String, match: PortMatch, settings: DriverSettings) -> EncoderFacts {
        let line = try? DriverCatalog.make(name: driver, settings: settings).line  // what is wrong with settings, `check` says
        return EncoderFacts(
            name: name, driver: driver, match: match, manifest: DriverCatalog.manifest(named: driver).map { ManifestFacts($0) },
            baud: line?.baud)
    }

    private static func byHand(_ match: PortMatch) -> DetectedPort? {
        switch match {
        case .device(let path): FileManager.default.fileExists(atPath: path) ? named(path) : nil
        case .tcp(let host, let port): named("\(host):\(port)")
        case .tcpListen(let host, let port, let from):
            DetectedPort(incarnation: .init("named"), kind: .tcp, address: "\(host):\(port)", admits: from)
        case .serial, .path, .reader: nil
        }
    }

    private static func named(_ address: String) -> DetectedPort? {
        if address.hasPrefix("/") {
            let kind: PortKind = address.contains("hidraw") ? .hidraw : .tty
            return DetectedPort(incarnation: .init("named"), kind: kind, address: address)
        }
        guard let colon = address.lastIndex(of: ":"), Int(address[address.index(after: colon)...]) != nil else { return nil }
        return DetectedPort(incarnation: .init("named"), kind: .tcp, address: address)
    }

    private static func exact(_ port: DetectedPort) -> PortMatch {
        switch port.kind {
        case .pcsc: return .reader(port.address)
        case .tcp:
            let colon = port.address.lastIndex(of: ":") ?? port.address.endIndex
            let (host, number) = (String(port.address[..<colon]), Int(port.address[colon...].dropFirst()) ?? 0)
            return port.admits.map { .tcpListen(host: host, port: number, from: $0) } ?? .tcp(host: host, port: number)
        case .tty, .hidraw: return .device(port.address)
        }
    }
}

// MARK: Asking

extension Look {
    /// Asks the encoders who they are, each on its own port. Those that the running bridge has are the bridge's to ask.
    package mutating func identify(
        site: [EncoderConfiguration], named: DriverSettings?, wakeFirst: Bool = false, tell: @escaping @Sendable (String) -> Void
    ) async {
        for index in encoders.indices {
            let encoder = encoders[index]
            let isServed = bridge?.encoders.contains { $0.name == encoder.name } ?? false
            let own = ports.filter { encoder.match.matches($0.port) }
            guard own.count == 1, let port = own.first, !isServed || named != nil, port.holder == nil else { continue }
            let settings = named ?? site.first { $0.name == encoder.name }?.settings ?? DriverSettings()
            do throws(SettingsFault) {
                let driver = try DriverCatalog.make(name: encoder.driver, settings: settings)
                let question = Question(port: port.port)
                let (answer, length) = await question.ask(driver, wakeFirst: wakeFirst)
                let second = SecondOpinion(port: port.port, driver: encoder.driver, settings: settings, tell: tell)
                let known = answer.recognised(question.trace.received, on: port.port.kind, besides: encoder.driver)
                encoders[index].dialogue = await second.opinion(on: known)
                if case .answered = answer { took[index] = length }
            } catch {
                encoders[index].dialogue = .failed(Fault(.rejected(reason: error.description), detail: error.description))
            }
        }
    }
}
