// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CardLayouts
import Console
import DriverKit
import Drivers
import EncoderModel
import Foundation
import Ports
import SiteConfiguration

/// `--config FILE`, the same for every command that reads it.
struct ConfigurationOption: ParsableArguments {
    static let usual = "/etc/encoder-bridge/encoder-bridge.yaml"

    @Option(name: .customLong("config"), help: "The configuration file.")
    var path: String = ConfigurationOption.usual

    /// It is the service's own, which gets its secrets as credentials.
    var isInstalled: Bool { path == Self.usual }

    /// Reads the file as the daemon does. Ends the program when it cannot be read at all.
    func load() throws -> ConfigurationReading {
        do throws(ConfigurationProblem) {
            return try read()
        } catch {
            complain(error.description)
            throw ExitCode.badConfiguration
        }
    }

    /// The one way to this file, for the start and for every reload: the drivers are asked both times.
    func read() throws(ConfigurationProblem) -> ConfigurationReading {
        try ConfigurationReading.load(path: path, driverCheck: Self.objections, sharingCheck: Self.sharing)
    }

    /// What the drivers say of an encoder's entry.
    @Sendable static func objections(to encoder: EncoderConfiguration) -> [DriverObjection] {
        guard let manifest = DriverCatalog.manifest(named: encoder.driver) else {
            let known = DriverCatalog.all.map(\.name).joined(separator: ", ")
            return [DriverObjection(setting: nil, "there is no driver '\(encoder.driver)': use one of \(known)")]
        }
        do throws(SettingsFault) {
            _ = try DriverCatalog.make(name: encoder.driver, settings: encoder.settings)
        } catch {
            return [DriverObjection(setting: encoder.settings.values[error.key] == nil ? nil : error.key, error.description)]
        }
        if manifest.ports == [.pcsc] {
            guard case .reader = encoder.match else {
                return [
                    DriverObjection(
                        setting: nil, "the driver \(encoder.driver) finds its encoder by the reader's name: write `match: { reader: NAME }`"
                    )
                ]
            }
        }
        let kind: PortKind? =
            switch encoder.match {
            case .tcp, .tcpListen: .tcp
            case .reader: .pcsc
            case .serial, .path, .device: nil
            }
        if let kind, !manifest.ports.contains(kind) {
            return [DriverObjection(setting: nil, "the driver \(encoder.driver) does not speak over \(kind.rawValue)")]
        }
        if case .tcpListen = encoder.match, !manifest.sharesPort {
            return [DriverObjection(setting: nil, "only lock servers dial in: write `match: { tcp: HOST:PORT }` for this driver")]
        }
        if let layout = encoder.layout, let objection = objection(to: layout, of: manifest) {
            return [DriverObjection(.layout, objection)]
        }
        return []
    }

    /// Why two encoders cannot hang on one port. Behind a lock server they can, if it tells them apart and the link is one.
    @Sendable static func sharing(_ first: EncoderConfiguration, _ second: EncoderConfiguration) -> String? {
        guard first.driver == second.driver, DriverCatalog.manifest(named: first.driver)?.sharesPort == true else {
            return ConfigurationReading.nobodyShares(first, second)
        }
        func differ(_ key: String) -> Bool { first.settings.values[key] != second.settings.values[key] }
        if !differ("encoder") {
            return "encoder '\(first.name)' has the same number on the same lock server: give each its own `encoder:`"
        }
        let ofLink = ["check", "acknowledge", "baud", "parity", "flow"]
        return ofLink.first(where: differ).map {
            "encoder '\(first.name)' is on the same link and has another `\($0)`: what concerns the link must be the same"
        }
    }

    private static func objection(to layout: CardLayout, of manifest: DriverManifest) -> String? {
        if manifest.kind == .lockMaker {
            return "the encoder's lock system makes the cards itself: take the layout out, it is for encoders that write card content"
        }
        if !manifest.media.isEmpty, !manifest.media.contains(layout.medium) {
            let media = manifest.media.map(\.rawValue).sorted().joined(separator: ", ")
            return "the layout '\(layout.name)' writes \(layout.medium.rawValue), the driver \(manifest.name) writes \(media)"
        }
        return nil
    }
}
