// SPDX-License-Identifier: Apache-2.0
import SiteConfiguration

/// A configuration with everything in it, as the design has it.
let wholeConfiguration = """
    property:
      timeZone: Europe/Prague
    journal:
      path: /var/lib/encoder-bridge/journal.sqlite
    endpoint:
      listen: 127.0.0.1:8630
      tokensFile: /etc/encoder-bridge/tokens
    encoders:
      front-desk:
        driver: industry-standard
        match: { serial: A50285BI }
        settings: { encoder: "Online Encoder 1", answerTimeout: 30s }
      back.office_2:
        driver: pn532
        match:
          tcp: 10.0.0.5:8090
    connector:
      mews:
        api: https://api.mews.com
        webSocket: wss://ws.mews.com/ws/connector
        client: Encoder Bridge 1.0.0
        clientTokenFile: /etc/encoder-bridge/mews-client-token
        accessTokenFile: /etc/encoder-bridge/mews-access-token
        keyCutters: { "1": front-desk }
        unknownKeyCutter: ignore
        staleAfter: 10m
    """

/// Reads a text as the file `f.yaml` in /etc/site; every card key has the same bytes.
func reading(
    _ text: String, _ environment: [String: String] = [:], driverCheck: DriverCheck = { _ in [] }
) throws(ConfigurationProblem) -> ConfigurationReading {
    try ConfigurationReading.read(
        text, file: "f.yaml", folder: "/etc/site", environment: environment, driverCheck: driverCheck,
        sharingCheck: ConfigurationReading.nobodyShares,
        secrets: { _ in "A0A1A2A3A4A5" })
}

/// Reads a file; no driver is asked.
func loading(_ path: String) throws(ConfigurationProblem) -> ConfigurationReading {
    try ConfigurationReading.load(
        path: path, environment: [:], driverCheck: { _ in [] }, sharingCheck: ConfigurationReading.nobodyShares)
}

/// The problems of a text, one line each.
func problems(_ text: String, _ environment: [String: String] = [:]) throws(ConfigurationProblem) -> [String] {
    try reading(text, environment).problems.map(\.description)
}
