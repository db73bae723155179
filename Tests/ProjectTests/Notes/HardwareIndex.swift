// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import EncoderModel
import Ports

/// The table of models in hardware-notes/README.md, made from the manifests. Pure.
enum HardwareIndex {
    public static func markdown(for manifests: [DriverManifest]) -> String {
        let rows = manifests.flatMap { manifest in manifest.models.map { row($0, of: manifest) } }
        return """
            <!-- Made from the driver manifests by `make generate`. Change a model in its driver's manifest. -->

            # Hardware notes

            One page for each family, for whoever has the device in hand. A new page begins as a copy of [TEMPLATE.md](TEMPLATE.md).

            - [Wiring and adapters](wiring-and-adapters.md): what PL2303, CP210x, CH340 and FTDI each get wrong
            - [How to capture a dialogue](capturing-a-dialogue.md): the proof that a driver needs

            | model | driver | kind | capabilities | evidence | udev rule |
            |---|---|---|---|---|---|
            \(rows.joined(separator: "\n"))

            **evidence** says how the protocol is known: 1 reverse engineered, 2 fragments, 3 a public text or client, 4 the maker's manual,
            5 tried with the hardware. **udev rule**: an encoder with a USB id of its own is marked by the rule we ship; one behind a
            serial adapter by the site, because the adapter's id does not tell what hangs on it (`encoder-bridge probe --adopt`).

            """
    }

    private static func row(_ model: EncoderModelEntry, of manifest: DriverManifest) -> String {
        let own = model.usb.filter { SerialBridgeChip.named($0) == nil }
        let marked = manifest.ports.contains(.hidraw) || manifest.ports.contains(.tty)
        let rule =
            if !own.isEmpty && marked {
                own.map { "`\($0)`" }.joined(separator: ", ")
            } else if marked {
                "by the site"
            } else {
                "none needed"
            }
        let capabilities = manifest.capabilities.map(\.rawValue).joined(separator: ", ")
        let cells = [
            model.name, "[\(manifest.name)](\(manifest.hardwareNote))", manifest.kind == .raw ? "raw" : "lock maker",
            capabilities.isEmpty ? "-" : capabilities, "\(model.evidence)", rule,
        ]
        return "| " + cells.map { $0.replacing("|", with: "\\|").replacing("\n", with: " ") }.joined(separator: " | ") + " |"
    }
}
