// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import Drivers
import EncoderModel
import Framing
import PortIO

/// What is tried when an encoder does not answer to the driver that the site gave it: the same driver after a reset, other families,
/// other speeds. Only on that encoder's own port, and only questions that change no card.
struct SecondOpinion: Sendable {
    let port: DetectedPort
    let driver: String
    let settings: DriverSettings
    /// For all of it: a technician waits.
    var limit = Duration.seconds(60)
    var tell: @Sendable (String) -> Void = { _ in }

    /// The first of them that gets an answer, else what the first question gave.
    func opinion(on first: Dialogue) async -> Dialogue {
        let noise: Bool
        switch first {
        case .silent: noise = false
        case .noise: noise = true
        default: return first
        }
        let end = ContinuousClock.now + limit
        let tries = noise ? [reset, speeds, families] : [reset, families, speeds]
        for attempt in tries {
            if let found = await attempt(end) { return found }
        }
        return first
    }

    private func reset(_ end: ContinuousClock.Instant) async -> Dialogue? {
        guard let manifest = DriverCatalog.manifest(named: driver), manifest.capabilities.contains(.reset),
            let maker = try? DriverCatalog.make(name: driver, settings: settings)
        else { return nil }
        tell("\(port.address): no answer; resetting it and asking again")
        return await ask(maker, wakeFirst: true) ? .woke : nil
    }

    private func families(_ end: ContinuousClock.Instant) async -> Dialogue? {
        for manifest in DriverCatalog.all where manifest.name != driver && manifest.ports.contains(port.kind) {
            guard ContinuousClock.now < end, let other = DriverCatalog.stranger(manifest, keys: settings.keys) else { continue }
            tell("\(port.address): no answer; asking as \(manifest.name)")
            if await ask(other) { return .answersTo(driver: manifest.name) }
        }
        return nil
    }

    private func speeds(_ end: ContinuousClock.Instant) async -> Dialogue? {
        guard port.kind == .tty, let manifest = DriverCatalog.manifest(named: driver),
            manifest.settings.contains(where: { $0.name == "baud" }),
            let own = try? DriverCatalog.make(name: driver, settings: settings).line.baud
        else { return nil }
        for baud in LineSettings.baudRates.reversed() where baud != own {
            var changed = settings
            changed.values["baud"] = String(baud)
            guard ContinuousClock.now < end, let other = try? DriverCatalog.make(name: driver, settings: changed) else { continue }
            tell("\(port.address): no answer; asking at \(baud) baud")
            if await ask(other) { return .answersAt(baud: baud) }
        }
        return nil
    }

    private func ask(_ driver: any EncoderDriver, wakeFirst: Bool = false) async -> Bool {
        let question = Question(port: port, limit: .seconds(5))
        switch await question.ask(driver, wakeFirst: wakeFirst).dialogue {
        case .answered, .woke: return true
        default: return false
        }
    }
}

extension DriverCatalog {
    /// A driver to ask an encoder of which nothing is known who it is. A name that the site must give its encoder matters to orders only,
    /// so any will do; a family that must be told more, such as which maker's messages to speak, cannot be asked so: `nil`.
    static func stranger(_ manifest: DriverManifest, keys: CardKeys = CardKeys()) -> (any EncoderDriver)? {
        var settings = DriverSettings(keys: keys)
        for setting in manifest.settings where setting.defaultValue == nil && setting.choices.isEmpty {
            settings.values[setting.name] = "1"
        }
        return try? make(name: manifest.name, settings: settings)
    }
}

extension Dialogue {
    /// Noise with the families whose frames it is made of, whole and nothing else: then the driver is wrong and not the speed.
    func recognised(_ bytes: [UInt8], on kind: PortKind, besides driver: String) -> Dialogue {
        guard case .noise(let count, _) = self, bytes.count > 2 else { return self }
        let like = DriverCatalog.all.filter { manifest in
            guard manifest.name != driver, let other = DriverCatalog.stranger(manifest) else { return false }
            return Self.isMade(bytes, of: other, on: kind)
        }
        return .noise(bytes: count, like: like.map(\.name))
    }

    private static func isMade(_ bytes: [UInt8], of driver: some EncoderDriver, on kind: PortKind) -> Bool {
        var codec = driver.makeCodec(for: kind)
        codec.receive(bytes)
        var frames = 0
        while let found = codec.next() {
            guard case .frame = found else { return false }
            frames += 1
        }
        return frames > 0 && codec.discardedBytes == 0
    }
}
