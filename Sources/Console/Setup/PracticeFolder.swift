// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a bridge needs to practise with: a configuration for a sandbox hotel and one simulated encoder, with its two secrets beside it.
package struct PracticeFolder: Sendable {
    private let folder: String
    private let address: String
    private let timeZone: String

    /// - Parameters:
    ///   - address: of the sandbox, HOST:PORT.
    ///   - timeZone: of its hotel, IANA.
    package init(_ folder: String, address: String, timeZone: String) {
        self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path
        self.address = address
        self.timeZone = timeZone
    }

    private var configurationPath: String { "\(folder)/bridge.yaml" }

    package var configuration: String {
        """
        # A hotel to practise with: the PMS is `encoder-bridge sandbox`, the encoder `encoder-bridge simulate`. Nothing here is real.
        property: { timeZone: \(timeZone) }
        journal: { path: journal.sqlite }
        # The clerks' page, for browsers on this machine.
        endpoint: { listen: "127.0.0.1:8750" }

        encoders:
          front-desk:
            driver: industry-standard
            # The simulated encoder's line. A real one: `encoder-bridge probe` prints its entry.
            match: { device: \(folder)/encoder }
            settings: { encoder: "Online Encoder 1" }

        connector:
          mews:
            api: http://\(address)
            webSocket: ws://\(address)/ws/connector
            client: Encoder Bridge Practice 1.0.0
            clientTokenFile: mews-client-token
            accessTokenFile: mews-access-token
            # The sandbox's key cutter has the id 1.
            keyCutters: { "1": front-desk }

        """
    }

    /// Writes what is not there yet; a configuration that somebody changed stays.
    /// - Returns: the lines that start the rest, for two more terminals.
    package func write(clientToken: String, accessToken: String) throws(SetupFiles.Trouble) -> [String] {
        guard (try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)) != nil else {
            throw NewFile.refusal(of: folder)
        }
        try NewFile.keep(clientToken + "\n", in: "\(folder)/mews-client-token", mode: 0o600)
        try NewFile.keep(accessToken + "\n", in: "\(folder)/mews-access-token", mode: 0o600)
        if !FileManager.default.fileExists(atPath: configurationPath) {
            try NewFile.keep(configuration, in: configurationPath, mode: 0o600)
        }
        return [
            "encoder-bridge simulate industry-standard --link \(folder)/encoder", "encoder-bridge run --config \(configurationPath)",
        ]
    }
}
