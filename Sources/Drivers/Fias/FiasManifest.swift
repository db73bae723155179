// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Ports

extension FiasDriver {
    /// The records are a public text's (evidence 3); what each lock server does with them is not, and no one of them was heard here.
    public static let manifest = {
        var manifest = DriverManifest(
            name: "fias", title: "Lock servers that speak FIAS", kind: .lockMaker,
            capabilities: [.copies, .serial, .read, .oneShot, .checkOut, .keyChange],
            ports: [.tcp, .tty], line: FiasSettings.usualLine, settings: FiasSettings.all,
            models: [
                EncoderModelEntry("Messerschmitt HOCAS", evidence: 3),
                EncoderModelEntry("dormakaba and Kaba Saflok, FIAS interface", evidence: 3),
                EncoderModelEntry("Hotek, interface type Fidelio", evidence: 3),
                EncoderModelEntry("Other lock servers with a Fidelio or FIAS interface", evidence: 3),
            ],
            hardwareNote: "fias.md",
            keys: KeyAbilities(dates: .beginningAndEnd, makesCopies: true, makesOneShots: true, rooms: nil, keys: KeyOrder.maximumCopies),
            examples: [["encoder": "01"]])
        manifest.sharesPort = true
        return manifest
    }()
}
