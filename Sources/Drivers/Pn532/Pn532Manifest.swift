// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

extension Pn532Driver {
    /// The boards have no USB id of their own, only that of the serial adapter on them.
    public static let manifest = DriverManifest(
        name: "pn532", title: "NXP PN532 over a serial line (HSU)", kind: .raw,
        capabilities: [.presence, .serial, .verify, .read, .erase, .reset, .selfTest], ports: [.tty, .tcp],
        // Boards that are made like an Arduino restart when the port is opened.
        line: LineSettings(baud: Pn532Settings.startSpeed, settle: .milliseconds(50)), settings: Pn532Settings.all,
        models: [
            EncoderModelEntry("PN532 breakout boards with a UART or USB adapter, switched to HSU", evidence: 4)
        ],
        hardwareNote: "pn532.md", media: [.blocks, .pages])
}
