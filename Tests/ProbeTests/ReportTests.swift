// SPDX-License-Identifier: Apache-2.0
import Foundation
import PortIO
import Testing

@testable import Console
@testable import Probe

/// The bundle for a colleague: complete, and without a secret.
@Suite struct ReportTests {
    @Test(
        arguments: [
            ("  clientTokenFile: /etc/encoder-bridge/t", "  clientTokenFile: /etc/encoder-bridge/t"),
            ("  accessToken: abc", "  accessToken: (removed)"),
            ("    password: \"x y\"", "    password: (removed)"),
            ("  door: 5A4DB0C50000400080000000C11E00015A4D", "  door: (removed)"),
            ("5A4DB0C50000400080000000C11E00015A4D", "(removed)"),
            ("  accessTokenFile: C66EF7B239D2", "  accessTokenFile: (removed)"),
            ("  settings: { baud: 19200, pin: 1234 }", "  settings: { baud: 19200, pin: (removed) }"),
            ("  api: https://me:word@api.mews.com", "  api: https://(removed)@api.mews.com"),
            ("  match: { path: \"pci-0000:00:14.0-usb-0:1.1:1.0\" }", "  match: { path: \"pci-0000:00:14.0-usb-0:1.1:1.0\" }"),
            ("  keyCutters: { \"1\": front-desk }", "  keyCutters: { \"1\": front-desk }"),
            ("# the PIN is 1234", "# (removed)"),
        ])
    func configuration_losesItsSecrets(line: String, redacted: String) {
        #expect(ReportText.redacted(configuration: line) == redacted)
    }

    @Test func bundle_hasEveryPart_andIsItsOwnersAlone() throws {
        let machine = try PlantedMachine()
        try machine.file("/bridge.yaml", "connector:\n  mews:\n    accessToken: planted-secret-1\n")
        let bundle = ReportBundle(look: machine.look(), configPath: machine.path + "/bridge.yaml", trace: ["asked"])
        let path = try bundle.write(to: machine.path + "/out.txt")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for title in ["encoder-bridge \(BuildVersion.text)", "probe", "status", "udev rules", "USB", "configuration", "trace"] {
            #expect(text.contains("==== \(title)"), "\(text)")
        }
        #expect(text.contains("/dev/ttyUSB0"))
        #expect(text.contains("62-encoder-bridge.rules"))
        #expect(!text.contains("planted-secret"))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }
}
